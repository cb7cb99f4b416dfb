import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { OrgDoor } from './door.ts';

/** A certificate and its private key, as PEM. */
export type Certificate = { readonly cert: string; readonly key: string };

let made: Promise<Certificate> | undefined;

/** The certificate of every org of this process: signed by itself, for localhost and 127.0.0.1, made when first asked for. */
export function localCertificate(): Promise<Certificate> {
  return (made ??= make());
}

async function make(): Promise<Certificate> {
  // Most orgs need none, and it takes as long to load as all the rest.
  const { generate } = await import('selfsigned');
  // OpenSSL looks trusted certificates up by their subject, and takes the first one: each needs a subject of its own.
  const subject = [{ name: 'commonName', value: `local org ${randomUUID()}` }];
  const { cert, private: key } = await generate(subject, {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}

const trusted = new Set<string>();

/** Lets this process (fetch, undici, jsforce) trust an org's certificate beside those that it trusts anyway. */
export function trustOrg({ certificateFile }: Pick<OrgDoor, 'certificateFile'>): void {
  if (certificateFile === undefined) return;
  const certificate = readFileSync(certificateFile, 'utf8');
  if (trusted.has(certificate)) return;
  trusted.add(certificate);
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
}
