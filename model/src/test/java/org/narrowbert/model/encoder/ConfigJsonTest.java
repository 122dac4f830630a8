package org.narrowbert.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.tensor.ActivationFunction;
import org.narrowbert.model.layout.Layout;

class ConfigJsonTest {
    /** What every config.json must have. */
    private static final String SOUND = """
            "vocab_size": 251, "hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64, "num_hidden_layers": 6""";

    @TempDir
    private Path folder;

    @Test
    void aConfigIsReadBackAsItWasWritten() throws IOException {
        BertConfig config = BertConfig.builder(Layout.parse("{sf}2[{sf}3]{sf}1:"), ModelSize.TINY.shape(), 4000)
                .hiddenAct(ActivationFunction.GELU_NEW)
                .maxPositionEmbeddings(128)
                .hiddenDropoutProb(0)
                .attentionProbsDropoutProb(0.25)
                .layerNormEps(1e-7)
                .padTokenId(3)
                .tokenKeep(0.75)
                .tokenKeepRandom(0.25)
                .tokenImportanceBeta(0.9)
                .build();
        Path file = folder.resolve("config.json");
        Files.write(file, ConfigJson.of(config).bytes());
        assertThat(ConfigJson.read(file, List.of()).config()).isEqualTo(config);
        assertThat(Files.readString(file))
                .contains("\"num_hidden_layers\": 6")
                .contains("\"layout\": \"{sf}2[{sf}3]{sf}1:\"");
    }

    @Test
    void aDenseModelIsWrittenWithHuggingFacesKeys() {
        BertConfig config = BertConfig.of(Layout.dense(12), ModelSize.BASE.shape(), 30522);
        assertThat(new String(ConfigJson.of(config).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {
                          "architectures": [
                            "BertForMaskedLM"
                          ],
                          "attention_probs_dropout_prob": 0.1,
                          "hidden_act": "gelu",
                          "hidden_dropout_prob": 0.1,
                          "hidden_size": 768,
                          "initializer_range": 0.02,
                          "intermediate_size": 3072,
                          "layer_norm_eps": 1.0E-12,
                          "layout": "{sf}12:",
                          "max_position_embeddings": 512,
                          "model_type": "bert",
                          "num_attention_heads": 12,
                          "num_hidden_layers": 12,
                          "pad_token_id": 0,
                          "type_vocab_size": 2,
                          "vocab_size": 30522
                        }
                        """);
    }

    @Test
    void aHeadIsReadBackWithItsLabelsAndItsTask() throws IOException {
        BertConfig config = BertConfig.of(Layout.dense(2), ModelSize.TINY.shape(), 100);
        HeadConfig head = new HeadConfig(
                "BertForSequenceClassification",
                List.of("not_entailment", "entailment"),
                Optional.of("single_label_classification"),
                Optional.of("rte"));
        Path file = folder.resolve("config.json");
        Files.write(file, ConfigJson.of(config, head).bytes());
        assertThat(ConfigJson.read(file, List.of()).head()).isEqualTo(head);
        assertThat(Files.readString(file))
                .contains("\"label2id\": {", "\"entailment\": 1", "\"finetuning_task\": \"rte\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"no\", \"yes\"]", "{\"1\": \"no\"}", "{\"0\": 3}", "\"no\""})
    void labelsThatAreNotNumberedFromZeroOnAreRefused(String labels) {
        assertThatThrownBy(() -> read("{" + SOUND + ", \"id2label\": " + labels + "}"))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("id2label")
                .hasMessageContaining("an object of the ids from 0 on, each with its label");
    }

    @Test
    void keysThatAreNotOursAreWrittenBack() throws IOException {
        ConfigJson json =
                read("{" + SOUND + ", \"id2label\": {\"0\": \"no\", \"1\": \"yes\"}, \"full_length_layers\": 2}");
        ConfigJson written = json.with(json.config().withLayout(Layout.dense(6)));
        String text = new String(written.bytes(), StandardCharsets.UTF_8);
        assertThat(text)
                .contains("\"id2label\": {")
                .contains("\"layout\": \"{sf}6:\"")
                .doesNotContain("full_length_layers");
    }

    @Test
    void aClassifiersDropoutIsWrittenBackAndNoneIsThatOfTheHiddenStates() throws IOException {
        ConfigJson own = read("{" + SOUND + ", \"classifier_dropout\": 0.25}");
        assertThat(own.config().classifierDropout()).hasValue(0.25);
        assertThat(new String(ConfigJson.of(own.config()).bytes(), StandardCharsets.UTF_8))
                .contains("\"classifier_dropout\": 0.25");
        ConfigJson none = read("{" + SOUND + ", \"classifier_dropout\": null}");
        assertThat(none.config().classifierDropout()).isEmpty();
        assertThatThrownBy(() -> read("{" + SOUND + ", \"classifier_dropout\": 1}"))
                .hasMessageContaining("classifier_dropout is 1.0, allowed is at least 0 and below 1");
    }

    @Test
    void theTypeThatWeightsHadIsNotWrittenBackSinceOursAreFloat32() throws IOException {
        ConfigJson json = read("{" + SOUND + ", \"torch_dtype\": \"float16\", \"dtype\": \"bfloat16\"}");
        assertThat(new String(json.bytes(), StandardCharsets.UTF_8)).doesNotContain("dtype");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "layout": "{sf}2:{sf}4"                           |  | {sf}2:{sf}4
                    "layout": "{sf}2:{sf}4", "full_length_layers": 3  |  | {sf}2:{sf}4
                    "full_length_layers": 2                           |  | {sf}2:{sf}4
                    "full_length_layers": 6                           |  | {sf}6:
                    "full_length_layers": null                        |  | {sf}6:
                    "use_cache": true                                 | bert.encoder_narrow.layer.3.output.dense.bias | {sf}2:{sf}4
                    "use_cache": true                                 | encoder_narrow.layer.0.output.dense.bias      | {sf}5:{sf}1
                    "use_cache": true                                 | bert.encoder.layer.5.output.dense.bias        | {sf}6:
                    """)
    void theLayoutComesFromTheKeyOrTheAuthorsKeyOrTheTensors(String key, String tensor, String layout)
            throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, "{" + SOUND + ", " + key + "}");
        List<String> tensors = tensor == null ? List.of() : List.of(tensor);
        assertThat(ConfigJson.read(file, tensors).config().layout()).isEqualTo(Layout.parse(layout));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                               | hidden_size is missing
                    []                               | is not a JSON object
                    {"a": 1, "a": 2}                 | is not sound JSON: line 1, column
                    {"a": 1} x                       | is not sound JSON: line 1, column
                    {"a": NaN}                       | is not sound JSON: line 1, column
                    {"a":                            | is not sound JSON: line 1, column
                    {"model_type": "roberta", @}     | model_type is "roberta", allowed is "bert"
                    {@, "is_decoder": true}          | is_decoder is true, allowed is false
                    {@, "tie_word_embeddings": false} | tie_word_embeddings is false, allowed is true
                    {@, "position_embedding_type": "relative_key"} | position_embedding_type is "relative_key", allowed is "absolute"
                    {@, "hidden_act": "tanh"}        | hidden_act is "tanh", allowed is one of gelu, gelu_new, relu, silu
                    {@, "hidden_act": 3}             | hidden_act is 3, allowed is a string
                    {@, "layout": "{sf}2:x"}         | layout '{sf}2:x': column 7: expected 's', 'f', '{' or '(', found 'x'
                    {@, "layout": "{sf}2:"}          | num_hidden_layers is 6, but layout {sf}2: has 2 layers
                    {@, "full_length_layers": 7}     | full_length_layers is 7, allowed is a whole number from 1 to 6
                    {@, "full_length_layers": [2]}   | full_length_layers is a list, allowed is a whole number
                    {@, "pad_token_id": 251}         | pad_token_id is 251, allowed is a whole number from 0 to 250
                    {@, "pad_token_id": -1}          | pad_token_id is -1, allowed is a whole number from 0 to 250
                    {@, "layer_norm_eps": 0}         | layer_norm_eps is 0.0, allowed is above 0 and at most 1
                    {@, "layer_norm_eps": "1e-12"}   | layer_norm_eps is "1e-12", allowed is a number
                    {@, "hidden_dropout_prob": 1}    | hidden_dropout_prob is 1.0, allowed is at least 0 and below 1
                    {@, "hidden_dropout_prob": 1e999} | hidden_dropout_prob is Infinity, allowed is at least 0 and below 1
                    {@, "token_keep": 1e-999999999}  | token_keep is
                    {@, "token_keep": 123456789012345678901234567890123456789012345} | is not sound JSON
                    {@, "token_keep": 0}             | token_keep is 0.0, allowed is above 0 and at most 1
                    {@, "token_keep_random": 1.5}    | token_keep_random is 1.5, allowed is from 0 to 1
                    {@, "token_importance_beta": 1}  | token_importance_beta is 1.0, allowed is at least 0 and below 1
                    {@, "max_position_embeddings": 0} | max_position_embeddings is 0, allowed is a whole number from 1 to 1000000
                    {@, "type_vocab_size": 3000000000} | type_vocab_size is 3000000000, allowed is a whole number
                    {@, "initializer_range": -1}     | initializer_range is -1.0, allowed is above 0 and at most 10
                    """)
    void aWrongConfigIsRefusedWithTheFileTheKeyAndWhatIsAllowed(String json, String message) {
        assertThatThrownBy(() -> read(json.replace("@", SOUND)))
                .isInstanceOf(RunError.class)
                .hasMessageStartingWith(folder.resolve("config.json").toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "hidden_size": 32         | "hidden_size": 33         | hidden_size 33 does not divide into 4 equal heads
                    "hidden_size": 32         | "hidden_size": "32"       | hidden_size is "32", allowed is a whole number
                    "hidden_size": 32         | "hidden_size": 32.5       | hidden_size is 32.5, allowed is a whole number
                    "hidden_size": 32         | "hidden_size": -32        | hidden_size is -32, allowed is a whole number from 1
                    "hidden_size": 32         | "hidden_size": null       | hidden_size is missing
                    "num_attention_heads": 4  | "num_attention_heads": 0  | num_attention_heads is 0, allowed is a whole number from 1 to 32
                    "num_hidden_layers": 6    | "num_hidden_layers": 1000000000 | num_hidden_layers is 1000000000, allowed is a whole number from 1 to 500
                    "vocab_size": 251         | "vocab_size": 0           | vocab_size is 0, allowed is a whole number from 1 to 10000000
                    "intermediate_size": 64   | "intermediate_size": {}   | intermediate_size is an object, allowed is a whole number
                    """)
    void aWrongSizeIsRefused(String right, String wrong, String message) {
        assertThatThrownBy(() -> read("{" + SOUND.replace(right, wrong) + "}"))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(message);
    }

    @Test
    void aFileThatIsMissingOrNotTextIsNamed() throws IOException {
        Path file = folder.resolve("config.json");
        assertThatThrownBy(() -> ConfigJson.read(file, List.of()))
                .isInstanceOf(RunError.class)
                .hasMessage(file + " does not exist");
        Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
        assertThatThrownBy(() -> ConfigJson.read(file, List.of())).hasMessage(file + " is not UTF-8 text");
        Files.writeString(file, "[".repeat(1_000) + "]".repeat(1_000));
        assertThatThrownBy(() -> ConfigJson.read(file, List.of()))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("64");
    }

    /** Two characters of a sound file changed at a time: it is read or refused in a sentence, whatever is in it. */
    @Test
    void damagedConfigsNeverDoWorseThanBeRefused() throws IOException {
        long seed = 20_260_104;
        Random random = new Random(seed);
        String sound = "{" + SOUND + ", \"layout\": \"{sf}2[{sf}3]{sf}1:\", \"hidden_act\": \"gelu\", "
                + "\"layer_norm_eps\": 1e-12, \"token_keep\": 0.5, \"extra\": {\"a\": [1, null, true]}}";
        String replacements = "{}[]\",:0123456789.-+eEntf \\\n\u0000\u00e9";
        int read = 0;
        for (int round = 0; round < 5_000; round++) {
            StringBuilder damaged = new StringBuilder(sound);
            for (int change = 0; change < 2; change++) {
                int at = random.nextInt(damaged.length());
                char character = replacements.charAt(random.nextInt(replacements.length()));
                if (random.nextBoolean()) {
                    damaged.setCharAt(at, character);
                } else {
                    damaged.insert(at, character);
                }
            }
            try {
                ConfigJson json = read(damaged.toString());
                assertThat(json.bytes()).isNotEmpty();
                read++;
            } catch (RunError error) {
                assertThat(error.getMessage())
                        .as("seed %d, round %d: %s", seed, round, damaged)
                        .startsWith(folder.toString())
                        .doesNotContain("\n");
            }
        }
        assertThat(read).as("seed %d", seed).isGreaterThan(100);
    }

    @Test
    void aValueGivenByTheUserIsTheUsersError() {
        assertThatThrownBy(() -> BertConfig.builder(Layout.dense(2), ModelSize.TINY.shape(), 100)
                        .tokenKeep(2)
                        .build())
                .isInstanceOf(UserError.class)
                .hasMessage("token_keep is 2.0, allowed is above 0 and at most 1");
    }

    private ConfigJson read(String json) throws IOException {
        Path file = folder.resolve("config.json");
        Files.writeString(file, json);
        return ConfigJson.read(file, List.of());
    }
}
