package org.narrowbert.ffm.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeMemoryTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4096, 2 * LargePages.BYTES - 1, 2 * LargePages.BYTES, 5 * LargePages.BYTES + 12_345})
    void aBlockIsZeroedAlignedAndJustAsLongAsAskedFor(long bytes) {
        try (NativeMemory memory = NativeMemory.open(bytes)) {
            assertThat(memory.segment().byteSize()).isEqualTo(bytes);
            assertThat(memory.address() % NativeMemory.ALIGNMENT).isZero();
            for (long at = 0; at < bytes; at += 997) {
                assertThat(memory.segment().get(ValueLayout.JAVA_BYTE, at)).isZero();
            }
            if (bytes > 0) {
                memory.segment().set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 7);
                assertThat(AllMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, memory.address() + bytes - 1))
                        .isEqualTo((byte) 7);
            }
            assertThatThrownBy(() -> memory.segment().get(ValueLayout.JAVA_BYTE, bytes))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {64, 3 * LargePages.BYTES})
    void aClosedBlockIsNoLongerReachable(long bytes) {
        NativeMemory memory = NativeMemory.open(bytes);
        memory.close();
        assertThatThrownBy(memory::address).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> memory.segment().get(ValueLayout.JAVA_BYTE, 0))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void largeBlocksAreGivenBackWhenTheyAreClosed() {
        // Far more in sum than a machine has: what is touched and closed must return to the system.
        for (int i = 0; i < 2_000; i++) {
            try (NativeMemory memory = NativeMemory.open(64 * LargePages.BYTES)) {
                memory.segment().set(ValueLayout.JAVA_BYTE, 32 * LargePages.BYTES, (byte) 1);
            }
        }
        try (NativeMemory last = NativeMemory.open(64 * LargePages.BYTES)) {
            assertThat(last.segment().get(ValueLayout.JAVA_BYTE, 32 * LargePages.BYTES))
                    .isZero();
        }
    }

    @Test
    void moreThanThereIsIsRefusedWithTheNumberOfBytes() {
        assertThatThrownBy(() -> NativeMemory.open(1L << 60))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessageContaining("1152921504606846976 bytes");
    }
}
