package org.narrowbert.model.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.narrowbert.engine.error.RunError;

/** A file that is opened as PyTorch's. */
record TorchFileCase(Path file) {
    /** 24 bytes for a storage of six floats. */
    static final byte[] SIX_FLOATS = new byte[24];

    SortedMap<String, TorchTensor> read(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            return TorchFile.tensors(file, channel);
        }
    }

    /** An archive of a pickle and one storage of six floats, called 0. */
    static byte[] archive(byte[] pickle) {
        return ZipText.plain()
                .entry("m/data.pkl", pickle)
                .entry("m/data/0", SIX_FLOATS)
                .bytes();
    }

    SortedMap<String, TorchTensor> readPickle(PickleText value) throws IOException {
        return read(archive(PickleText.dictionary("a", value)));
    }

    void refused(byte[] bytes, String sentence) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("\n");
    }

    void refusedPickle(PickleText value, String sentence) {
        refused(archive(PickleText.dictionary("a", value)), sentence);
    }

    /** As {@link #read} where a test cannot throw. */
    SortedMap<String, TorchTensor> readAnyway(byte[] bytes) {
        try {
            return read(bytes);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
