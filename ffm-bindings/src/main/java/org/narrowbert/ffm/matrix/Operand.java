package org.narrowbert.ffm.matrix;

import org.narrowbert.ffm.memory.NativeMemory;

/** Room for one operand in another form, which grows when a larger one comes by. */
final class Operand implements AutoCloseable {
    private NativeMemory room = NativeMemory.open(0);

    /** The address of so many bytes; what was there is lost. */
    long reserve(long bytes) {
        if (bytes > room.segment().byteSize()) {
            NativeMemory larger = NativeMemory.open(bytes);
            room.close();
            room = larger;
        }
        return room.address();
    }

    @Override
    public void close() {
        room.close();
    }
}
