;; Counts the records in rows of CSV, 64 bytes at a time: bit i of each mask below tells of byte i of a block.
;; `npm run wasm` writes count-rows-wasm.ts from it.
(module
  ;; 320 KiB: the bytes, from the start.
  (memory (export "memory") 5 5)
  ;; 1 when what comes next is within quotes.
  (global $isQuoted (export "isQuoted") (mut i32) (i32.const 0))
  ;; Offset of the line feed that ends the last record; -1 when none ends here.
  (global $lastEnd (export "lastEnd") (mut i32) (i32.const -1))

  ;; Which of the 64 bytes from an offset on are a certain one.
  (func $mask (param $at i32) (param $byte v128) (result i64)
    (i64.or
      (i64.or
        (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (local.get $byte))))
        (i64.shl
          (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (v128.load offset=16 (local.get $at)) (local.get $byte))))
          (i64.const 16)))
      (i64.or
        (i64.shl
          (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (v128.load offset=32 (local.get $at)) (local.get $byte))))
          (i64.const 32))
        (i64.shl
          (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (v128.load offset=48 (local.get $at)) (local.get $byte))))
          (i64.const 48)))))

  (func $xorShifted (param $mask i64) (param $bits i64) (result i64)
    (i64.xor (local.get $mask) (i64.shl (local.get $mask) (local.get $bits))))

  ;; $byteCount: Zeros follow the bytes, up to a multiple of 64.
  ;; $isBeginning: 1 when the first byte begins a record. $isAfterReturn: 1 when the byte before it did, and is a carriage return.
  ;; Gives the number of records that end here, without blank lines, and sets the globals.
  (func (export "count") (param $byteCount i32) (param $isBeginning i32) (param $isAfterReturn i32) (result i32)
    (local $at i32)
    (local $begins i64)
    (local $hasReturn i64)
    (local $rows i64)
    (local $quoted i64)
    (local $ends i64)
    (local $starts i64)
    (local $returns i64)
    (global.set $lastEnd (i32.const -1))
    (local.set $begins (i64.extend_i32_u (local.get $isBeginning)))
    (local.set $hasReturn (i64.extend_i32_u (local.get $isAfterReturn)))
    (local.set $quoted (i64.extend_i32_s (i32.sub (i32.const 0) (global.get $isQuoted))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $byteCount)))
        ;; A byte is quoted when an odd number of quotes stands before it, or is it.
        (local.set $quoted
          (i64.xor
            (i64.shr_s (local.get $quoted) (i64.const 63))
            (call $xorShifted
              (call $xorShifted
                (call $xorShifted
                  (call $xorShifted
                    (call $xorShifted
                      (call $xorShifted
                        (call $mask (local.get $at) (i8x16.splat (i32.const 0x22)))
                        (i64.const 1))
                      (i64.const 2))
                    (i64.const 4))
                  (i64.const 8))
                (i64.const 16))
              (i64.const 32))))
        (local.set $ends
          (i64.and
            (call $mask (local.get $at) (i8x16.splat (i32.const 0x0a)))
            (i64.xor (local.get $quoted) (i64.const -1))))
        (local.set $starts (i64.or (i64.shl (local.get $ends) (i64.const 1)) (local.get $begins)))
        (local.set $returns
          (i64.and
            (call $mask (local.get $at) (i8x16.splat (i32.const 0x0d)))
            (local.get $starts)))
        ;; A line is blank when its line feed begins it, or follows a carriage return that does.
        (local.set $rows
          (i64.add
            (local.get $rows)
            (i64.popcnt
              (i64.and
                (local.get $ends)
                (i64.xor
                  (i64.or
                    (local.get $starts)
                    (i64.or (i64.shl (local.get $returns) (i64.const 1)) (local.get $hasReturn)))
                  (i64.const -1))))))
        (if (i64.ne (local.get $ends) (i64.const 0))
          (then
            (global.set $lastEnd
              (i32.add
                (local.get $at)
                (i32.sub (i32.const 63) (i32.wrap_i64 (i64.clz (local.get $ends))))))))
        (local.set $begins (i64.shr_u (local.get $ends) (i64.const 63)))
        (local.set $hasReturn (i64.shr_u (local.get $returns) (i64.const 63)))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $next)))
    (global.set $isQuoted (i32.wrap_i64 (i64.shr_u (local.get $quoted) (i64.const 63))))
    (i32.wrap_i64 (local.get $rows)))
)
