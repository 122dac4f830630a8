package org.narrowbert.model.checkpoint.pickle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.narrowbert.engine.error.RunError;

/**
 * Reads one pickle as data. Of pickle's opcodes those that PyTorch writes for tensors, in protocols 2 to 5, are understood; each of them moves values
 * between a stack and a table, and none can reach anything else. There is no recursion, so that no depth of nesting can exhaust the stack.
 */
final class Unpickler {
    /** The longest string in bytes. */
    static final int MAX_TEXT = 4096;

    /** Opcodes of one pickle: 100,000 tensors take less than four millions. */
    static final int MAX_OPCODES = 5_000_000;

    static final int MAX_STACK = 250_000;
    static final int MAX_STORED = 1_000_000;
    static final int MAX_MARKS = 64;
    static final int MAX_PROTOCOL = 5;

    private static final Value NOTHING = new Value.Nothing();

    private final PickleBytes bytes;
    private final Rebuilding rebuilding;
    private final List<Value> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Long, Value> memo = new HashMap<>();

    private Unpickler(PickleBytes bytes) {
        this.bytes = bytes;
        this.rebuilding = new Rebuilding(bytes);
    }

    /**
     * Reads the pickle that begins at the next byte, and no byte more.
     *
     * @throws RunError naming the file and the opcode or class that is not read, or what is unsound
     */
    static Value read(PickleBytes bytes) {
        Unpickler unpickler = new Unpickler(bytes);
        for (int count = 0; count < MAX_OPCODES; count++) {
            int opcode = bytes.unsignedByte();
            if (opcode == '.') {
                return unpickler.pop();
            }
            unpickler.step(opcode);
            if (unpickler.stack.size() > MAX_STACK) {
                throw bytes.wrong("has more than " + MAX_STACK + " values on its stack");
            }
        }
        throw bytes.wrong("has more than " + MAX_OPCODES + " opcodes");
    }

    private void step(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol(bytes.unsignedByte());
            case 0x95 -> bytes.signedLong(); // FRAME: how much may be read ahead
            case '(' -> mark();
            case 'N' -> push(NOTHING);
            case 0x88 -> push(new Value.Truth(true));
            case 0x89 -> push(new Value.Truth(false));
            case 'J' -> push(new Value.Whole(bytes.signedInt()));
            case 'K' -> push(new Value.Whole(bytes.unsignedByte()));
            case 'M' -> push(new Value.Whole(bytes.unsignedShort()));
            case 0x8a -> push(new Value.Whole(longOf(bytes.unsignedByte())));
            case 'G' -> push(new Value.Real(Double.longBitsToDouble(Long.reverseBytes(bytes.signedLong()))));
            case 'X' -> push(new Value.Text(bytes.text(bytes.unsignedInt())));
            case 0x8c, 'U' -> push(new Value.Text(bytes.text(bytes.unsignedByte())));
            case ')' -> push(new Value.Tuple(List.of()));
            case 't' -> push(new Value.Tuple(toMark()));
            case 0x85 -> push(new Value.Tuple(last(1)));
            case 0x86 -> push(new Value.Tuple(last(2)));
            case 0x87 -> push(new Value.Tuple(last(3)));
            case ']' -> push(new Value.Items(new ArrayList<>(0)));
            case 'a' -> append(last(1));
            case 'e' -> append(toMark());
            case '}' -> push(new Value.Dictionary(new LinkedHashMap<>(0), false));
            case 's' -> put(last(2));
            case 'u' -> put(toMark());
            case 'q' -> remember(bytes.unsignedByte());
            case 'r' -> remember(bytes.unsignedInt());
            case 0x94 -> remember(memo.size());
            case 'h' -> push(remembered(bytes.unsignedByte()));
            case 'j' -> push(remembered(bytes.unsignedInt()));
            case 'c' -> push(rebuilding.global(bytes.line(), bytes.line()));
            case 0x93 -> global(last(2));
            case 'Q' -> push(rebuilding.storage(pop()));
            case 'R' -> call(last(2));
            case 'b' -> build(last(2));
            default ->
                throw bytes.wrong("has the opcode " + RefusedOpcodes.name(opcode)
                        + ", which is not read: tensors are, and nothing is executed");
        }
    }

    private void protocol(int version) {
        if (version > MAX_PROTOCOL) {
            throw bytes.wrong("is of protocol " + version + ", at most " + MAX_PROTOCOL + " is read");
        }
    }

    private long longOf(int length) {
        if (length > Long.BYTES) {
            throw bytes.wrong("has a whole number of " + length + " bytes, at most " + Long.BYTES + " are allowed");
        }
        long value = 0;
        for (int index = 0; index < length; index++) {
            value |= (long) bytes.unsignedByte() << (8 * index);
        }
        int unused = 64 - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    private void mark() {
        if (marks.size() == MAX_MARKS) {
            throw bytes.wrong("is nested deeper than " + MAX_MARKS);
        }
        marks.push(stack.size());
    }

    private void push(Value value) {
        stack.add(value);
    }

    private Value top() {
        return last(1, false).getFirst();
    }

    private Value pop() {
        return last(1).getFirst();
    }

    private List<Value> last(int count) {
        return last(count, true);
    }

    private List<Value> last(int count, boolean taken) {
        int from = stack.size() - count;
        if (from < (marks.isEmpty() ? 0 : marks.peek())) {
            throw bytes.wrong("takes more values from its stack than there are");
        }
        List<Value> values = List.copyOf(stack.subList(from, stack.size()));
        if (taken) {
            stack.subList(from, stack.size()).clear();
        }
        return values;
    }

    private List<Value> toMark() {
        if (marks.isEmpty()) {
            throw bytes.wrong("goes back to a mark that it has not set");
        }
        List<Value> values = last(stack.size() - marks.peek());
        marks.pop();
        return values;
    }

    private void remember(long index) {
        memo.put(index, top());
        if (memo.size() > MAX_STORED) {
            throw bytes.wrong("stores more than " + MAX_STORED + " values");
        }
    }

    private Value remembered(long index) {
        Value value = memo.get(index);
        if (value == null) {
            throw bytes.wrong("asks for value " + index + ", which it has not stored");
        }
        return value;
    }

    private void append(List<Value> values) {
        if (!(top() instanceof Value.Items list)) {
            throw bytes.wrong("appends to " + top().kind());
        }
        list.items().addAll(values);
    }

    private void put(List<Value> keysAndValues) {
        if (!(top() instanceof Value.Dictionary dictionary) || keysAndValues.size() % 2 != 0) {
            throw bytes.wrong("sets items of " + top().kind());
        }
        for (int index = 0; index < keysAndValues.size(); index += 2) {
            if (!(keysAndValues.get(index) instanceof Value.Text key)) {
                throw bytes.wrong("has a dictionary whose key is "
                        + keysAndValues.get(index).kind() + ", and only strings are read");
            }
            if (dictionary.entries().put(key.value(), keysAndValues.get(index + 1)) != null) {
                throw bytes.wrong("has " + Rebuilding.show(key.value()) + " twice in a dictionary");
            }
        }
    }

    private void global(List<Value> moduleAndName) {
        if (!(moduleAndName.get(0) instanceof Value.Text module)
                || !(moduleAndName.get(1) instanceof Value.Text name)) {
            throw bytes.wrong("names a class by something that is no string");
        }
        push(rebuilding.global(module.value(), name.value()));
    }

    private void call(List<Value> functionAndArguments) {
        push(rebuilding.call(functionAndArguments.get(0), functionAndArguments.get(1)));
    }

    /** What a dictionary carries besides its entries, versions of a module's parts, is of no use here. */
    private void build(List<Value> targetAndState) {
        if (!(targetAndState.get(0) instanceof Value.Dictionary dictionary)
                || !dictionary.ordered()
                || !(targetAndState.get(1) instanceof Value.Dictionary)) {
            throw bytes.wrong("has the opcode BUILD on " + targetAndState.get(0).kind()
                    + ", which is not read: tensors are, and nothing is executed");
        }
        push(dictionary);
    }
}
