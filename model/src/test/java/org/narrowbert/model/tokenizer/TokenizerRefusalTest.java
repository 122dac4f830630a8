package org.narrowbert.model.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.error.RunError;

class TokenizerRefusalTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
    void aVocabularyWithoutASpecialTokenIsRefused(String missing) throws IOException {
        List<String> tokens = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the");
        String vocabulary = String.join("\n", tokens).replace(missing, "other");
        refuses("vocab.txt", vocabulary, "has no " + missing + " token");
    }

    @Test
    void aMissingPathAndAFolderWithoutATokenizerAreRefused() {
        assertThatThrownBy(() -> Tokenizer.open(folder.resolve("absent")))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("there is no file or folder");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("neither tokenizer.json nor vocab.txt");
    }

    @Test
    void emptyVocabulariesAndEmptyOrRepeatedTokensAreRefused() throws IOException {
        refuses("vocab.txt", "", "has no tokens");
        refuses("vocab.txt", "\n\n", "has no tokens");
        refuses("vocab.txt", "[PAD]\n\n[UNK]\n", "line 2 of");
        refuses("vocab.txt", "[PAD]\n[UNK]\n[PAD]\n", "repeats the token '[PAD]' of line 1");
        refuses("vocab.txt", "x".repeat(10_000_000) + "\n[PAD]", "line 1 of");
    }

    @Test
    void windowsLineEndsAreReadAndBytesThatAreNotUtf8Refused() throws IOException {
        Path file = folder.resolve("vocab.txt");
        Files.writeString(file, "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\nthe\r\n\r\n");
        try (Tokenizer tokenizer = Tokenizer.open(file)) {
            assertThat(tokenizer.vocabulary()).hasSize(6).endsWith("the");
        }
        Files.write(file, new byte[] {'a', '\n', (byte) 0xC3, '('});
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("byte 2");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            delimiter = '|',
            value = {
                "~~ | is not",
                "{ | is not sound JSON: line 1, column 2: it ends in the middle of a value",
                "tokens | is not sound JSON: line 1, column 1: 'tokens' is no value of JSON",
                "[] | is not a JSON object",
                "{} | describes a tokenizer of type WordPiece",
                "{\"model\":1,\"model\":2} | is not sound JSON: line 1, column 19: the key \"model\" stands there twice",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{}}} | of type BPE",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":[]}} | an object of tokens and ids",
                "{\"model\":{\"vocab\":{\"a\":0,\"b\":0}}} | which is taken",
                "{\"model\":{\"vocab\":{\"a\":0,\"b\":-1}}} | the id -1",
                "{\"model\":{\"vocab\":{\"a\":0,\"b\":99999999}}} | the id 99999999",
                "{\"model\":{\"vocab\":{\"a\":0,\"b\":\"x\"}}} | the id -1",
                "{\"model\":{\"vocab\":{\"a\":0}}} | has no [PAD] token",
            })
    void aTokenizerJsonThatIsNotOneIsRefused(String json, String message) throws IOException {
        refuses("tokenizer.json", json, message);
    }

    @Test
    void deepJsonAndWhatTheLibraryRefusesAreRefused() throws IOException {
        refuses("tokenizer.json", "{\"a\":" + "[".repeat(100_000), "it is nested more than 64 deep");
        refuses(
                "tokenizer.json",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"[PAD]\":0,\"[UNK]\":1,\"[CLS]\":2,\"[SEP]\":3,\"[MASK]\":4}},"
                        + "\"normalizer\":{\"type\":\"Nonsense\"}}",
                "is not a tokenizer that the tokenizers library can read");
    }

    private void refuses(String name, String content, String message) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, content);
        assertThatThrownBy(() -> Tokenizer.open(file))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(message)
                .hasMessageContaining(name)
                .message()
                .doesNotContain("\n")
                .hasSizeLessThan(500);
    }
}
