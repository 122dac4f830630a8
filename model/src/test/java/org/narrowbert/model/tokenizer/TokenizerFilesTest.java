package org.narrowbert.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.FaultyFiles;
import org.narrowbert.model.files.FaultyFiles.Fault;

class TokenizerFilesTest {
    private static final List<String> TOKENS = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "dog");

    @TempDir
    private Path folder;

    private List<String> names(String inner) throws IOException {
        try (Stream<Path> entries = Files.list(folder.resolve(inner))) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Test
    void aNewFolderHasAllFilesOrIsNotThere() throws IOException {
        FaultyFiles faulty = new FaultyFiles();
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            boolean written = false;
            for (int call = 1; !written; call++) {
                faulty.failAt(call, Fault.TEARS);
                try {
                    TokenizerFiles.writeFolder(faulty.path(folder.resolve("words" + call)), tokenizer);
                    written = faulty.calls() < call;
                } catch (RunError failure) {
                    assertThat(failure).hasMessageContaining("cannot be written");
                }
                String name = "words" + call;
                if (Files.exists(folder.resolve(name))) {
                    assertThat(names(name))
                            .as("call %d", call)
                            .containsExactlyInAnyOrderElementsOf(TokenizerFiles.NAMES);
                }
                assertThat(names("")).as("call %d", call).doesNotContain("." + name + ".tmp");
            }
            assertThat(faulty.calls()).isGreaterThan(12);
        }
    }

    @Test
    void whatElseLiesInAFolderStays() throws IOException {
        Path words = Files.createDirectory(folder.resolve("words"));
        Files.writeString(words.resolve("note.txt"), "mine");
        try (Tokenizer tokenizer = Tokenizer.open(TOKENS, true)) {
            TokenizerFiles.writeFolder(words, tokenizer);
        }
        assertThat(names("words")).hasSize(5).containsAll(TokenizerFiles.NAMES);
        assertThat(words.resolve("note.txt")).hasContent("mine");
    }
}
