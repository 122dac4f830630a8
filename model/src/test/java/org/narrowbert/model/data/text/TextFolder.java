package org.narrowbert.model.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.v3.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.narrowbert.engine.error.RunError;

/**
 * Files of text in a test's folder.
 *
 * @param folder where they lie
 */
record TextFolder(Path folder) {
    static final ReadingOptions OPTIONS = ReadingOptions.of(DocumentUnit.AUTOMATIC);

    Path file(String name, String text) throws IOException {
        return file(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path file(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        return Files.write(folder.resolve(name), bytes);
    }

    static byte[] compressed(Compression compression, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (compression) {
            case NONE -> bytes;
            case GZIP -> new GZIPOutputStream(bytes);
            case ZSTD -> new ZstdOutputStream(bytes);
        }) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    List<String> read(ReadingOptions options, String... names) {
        List<String> texts = new ArrayList<>();
        List<String> full = Arrays.stream(names)
                .map(name -> folder.resolve(".") + "/" + name)
                .toList();
        TextFiles source = TextFiles.named(full, options);
        try (Documents documents = source.open()) {
            for (Optional<String> text = documents.next(); text.isPresent(); text = documents.next()) {
                texts.add(text.get());
            }
            assertThat(documents.bytesRead()).isEqualTo(source.bytes());
        }
        return texts;
    }

    List<String> read(String... names) {
        return read(OPTIONS, names);
    }

    static void refuses(ThrowingCallable reading, String... words) {
        assertThatThrownBy(reading)
                .isInstanceOf(RunError.class)
                .hasMessageContainingAll(words)
                .message()
                .doesNotContain("\n")
                .doesNotEndWith(".");
    }
}
