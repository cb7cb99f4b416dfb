import { open } from 'node:fs/promises';

/** The bytes that a file begins with, at most this many. */
export async function firstBytes(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const most = Math.min(size, length);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
