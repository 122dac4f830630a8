package org.narrowbert.model.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;

/** Texts that are answered one by one, so that none may be missing. */
class TextsTest {
    @TempDir
    private Path folder;

    @Test
    void anEmptyTextIsATextAndANullIsRefusedWithItsLine() throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.jsonl"), "{\"text\": \"a cat\"}\n{\"text\": \"\"}\n\n{\"text\": null}\n");
        try (Texts texts = Texts.open(file, "text")) {
            assertThat(texts.next()).contains("a cat");
            assertThat(texts.next()).contains("");
            assertThatThrownBy(texts::next)
                    .isInstanceOf(RunError.class)
                    .hasMessage(
                            file + ", line 4, has null in its field 'text', which is no text: give it one, \"\" for an"
                                    + " empty one, or leave the line out");
        }
    }

    @Test
    void fieldsAndColumnsAreToldByAFilesName() {
        assertThat(Texts.haveColumns(folder.resolve("a.jsonl.gz"))).isTrue();
        assertThat(Texts.haveColumns(folder.resolve("a.txt"))).isFalse();
        assertThat(Texts.haveColumns(folder.resolve("a"))).isFalse();
    }
}
