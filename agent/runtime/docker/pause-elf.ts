// The smallest program that a sandbox can run: it waits, and ends at once when told to. As process 1 it would ignore
// TERM without a handler. Static ELF64, written here so that no registry has to be asked for it.

/** Machines that the program is written for, as Node names them. */
export type PauseArchitecture = 'x64' | 'arm64';

interface Machine {
  /** The ELF header's number of the machine. */
  elfMachine: number;
  /** `handlerOffset` and `actionOffset` are counted from the start of the code. */
  code: Buffer;
  handlerOffset: number;
}

const BASE = 0x400000n;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const CODE_OFFSET = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
/** The kernel takes no x86-64 handler without a restorer; ours never returns, so it can be anything. */
const SA_RESTORER = 0x04000000n;

/** @returns a program of less than 300 bytes. */
export function pauseElf(architecture: PauseArchitecture): Buffer {
  const machine = architecture === 'x64' ? x64() : arm64();
  const handler = BASE + BigInt(CODE_OFFSET + machine.handlerOffset);
  const action = words64(handler, SA_RESTORER, handler, 0n);
  const body = Buffer.concat([machine.code, action]);
  const size = BigInt(CODE_OFFSET + body.length);
  return Buffer.concat([elfHeader(machine.elfMachine), programHeader(size), body]);
}

function elfHeader(elfMachine: number): Buffer {
  const header = Buffer.alloc(ELF_HEADER_BYTES);
  // Magic, 64 bit, little endian, version 1, System V.
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16); // executable, at a fixed address
  header.writeUInt16LE(elfMachine, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BASE + BigInt(CODE_OFFSET), 24); // entry
  header.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32); // program headers follow at once
  header.writeUInt16LE(ELF_HEADER_BYTES, 52);
  header.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt16LE(64, 58);
  return header;
}

/** One segment: the whole file, readable and executable. */
function programHeader(size: bigint): Buffer {
  const header = Buffer.alloc(PROGRAM_HEADER_BYTES);
  header.writeUInt32LE(1, 0);
  header.writeUInt32LE(5, 4);
  words64(0n, BASE, BASE, size, size, 0x10000n).copy(header, 8);
  return header;
}

/** rt_sigaction(TERM, action, 0, 8); for (;;) pause(); handler: exit_group(0). */
function x64(): Machine {
  const code = Buffer.from([
    ...[0xb8, 13, 0, 0, 0], //                 mov eax, 13 (rt_sigaction)
    ...[0xbf, 15, 0, 0, 0], //                 mov edi, 15 (TERM)
    ...[0x48, 0x8d, 0x35, 31, 0, 0, 0], //     lea rsi, [rip + 31] (action, behind the code)
    ...[0x31, 0xd2], //                        xor edx, edx
    ...[0x41, 0xba, 8, 0, 0, 0], //            mov r10d, 8 (bytes of the mask)
    ...[0x0f, 0x05], //                        syscall
    ...[0xb8, 34, 0, 0, 0], //                 mov eax, 34 (pause)
    ...[0x0f, 0x05], //                        syscall
    ...[0xeb, 0xf7], //                        jmp back to mov
    ...[0xb8, 231, 0, 0, 0], // handler:       mov eax, 231 (exit_group)
    ...[0x31, 0xff], //                        xor edi, edi
    ...[0x0f, 0x05], //                        syscall
    ...[0x0f, 0x0b, 0x90], //                  ud2, nop: to a multiple of eight bytes
  ]);
  return { elfMachine: 62, code, handlerOffset: 36 };
}

/** As {@link x64}; there is no pause on this machine, so ppoll waits on nothing without an end. */
function arm64(): Machine {
  const SUPERVISOR_CALL = 0xd4000001;
  const code = words32(
    move(8, 134), // rt_sigaction
    move(0, 15),
    addressOf(1, 16 - 2), // the action, behind the code
    move(2, 0),
    move(3, 8),
    SUPERVISOR_CALL,
    move(0, 0),
    move(1, 0),
    move(2, 0),
    move(3, 0),
    move(8, 73), // ppoll
    SUPERVISOR_CALL,
    0x17fffffa, // b back six instructions
    move(0, 0), // handler
    move(8, 94), // exit_group
    SUPERVISOR_CALL,
  );
  return { elfMachine: 183, code, handlerOffset: 13 * 4 };
}

/** movz x<register>, #value */
function move(register: number, value: number): number {
  return (0xd2800000 | (value << 5) | register) >>> 0;
}

/** adr x<register>, this instruction + `instructions` x 4 bytes */
function addressOf(register: number, instructions: number): number {
  return (0x10000000 | (instructions << 5) | register) >>> 0;
}

function words32(...words: readonly number[]): Buffer {
  const buffer = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => buffer.writeUInt32LE(word, index * 4));
  return buffer;
}

function words64(...words: readonly bigint[]): Buffer {
  const buffer = Buffer.alloc(words.length * 8);
  words.forEach((word, index) => buffer.writeBigUInt64LE(word, index * 8));
  return buffer;
}
