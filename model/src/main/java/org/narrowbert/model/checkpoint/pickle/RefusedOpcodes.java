package org.narrowbert.model.checkpoint.pickle;

/** Names of opcodes that are not read, so that a refusal can say which it met. */
final class RefusedOpcodes {
    private RefusedOpcodes() {}

    static String name(int opcode) {
        return switch (opcode) {
            case 'i' -> "INST";
            case 'o' -> "OBJ";
            case 0x81 -> "NEWOBJ";
            case 0x92 -> "NEWOBJ_EX";
            case 0x82, 0x83, 0x84 -> "EXT";
            case 'P' -> "PERSID";
            case 'I' -> "INT";
            case 'L' -> "LONG";
            case 0x8b -> "LONG4";
            case 'F' -> "FLOAT";
            case 'S' -> "STRING";
            case 'T' -> "BINSTRING";
            case 'V' -> "UNICODE";
            case 0x8d -> "BINUNICODE8";
            case 'B', 'C', 0x8e -> "BINBYTES";
            case 0x96 -> "BYTEARRAY8";
            case 0x97 -> "NEXT_BUFFER";
            case 0x98 -> "READONLY_BUFFER";
            case 'l' -> "LIST";
            case 'd' -> "DICT";
            case 0x8f -> "EMPTY_SET";
            case 0x90 -> "ADDITEMS";
            case 0x91 -> "FROZENSET";
            case 'g' -> "GET";
            case 'p' -> "PUT";
            case '0' -> "POP";
            case '1' -> "POP_MARK";
            case '2' -> "DUP";
            default -> "0x%02x".formatted(opcode);
        };
    }
}
