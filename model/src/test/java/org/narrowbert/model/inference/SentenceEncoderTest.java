package org.narrowbert.model.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.tensor.SafeTensorsWriter;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.inference.PublishedModel.Encoded;
import org.narrowbert.model.inference.PublishedModel.Sentence;
import org.narrowbert.model.layout.Layout;
import org.narrowbert.model.tokenizer.ReferenceData;

class SentenceEncoderTest {
    /** What six layers in float32 lose against double, absolute; states are of magnitude one. */
    private static final float FLOAT32 = 1e-5F;

    private static final BertConfig CONFIG = BertConfig.of(Layout.dense(2), new ModelShape(2, 8, 2, 12), 10);

    @TempDir
    private Path folder;

    private static Backend open(String name) {
        return Backends.find().named(name).open(new BackendOptions(2));
    }

    @Test
    void aPublishedModelsStatesAndVectorsArePyTorchs() {
        List<Sentence> sentences = PublishedModel.sentences();
        try (Backend backend = open("vector")) {
            List<Encoded> encoded = PublishedModel.encode(
                    ReferenceData.model(PublishedModel.NAME),
                    sentences.stream().map(Sentence::text).toList(),
                    backend);
            for (int index = 0; index < sentences.size(); index++) {
                Sentence expected = sentences.get(index);
                Encoded actual = encoded.get(index);
                assertThat(actual.ids()).as(expected.text()).isEqualTo(expected.ids());
                assertThat(actual.states())
                        .as("[CLS] of '%s'", expected.text())
                        .hasSize(expected.ids().length * expected.cls().length);
                assertNear("[CLS] of " + expected.text(), actual.states(), expected.cls());
                assertNear("vector of " + expected.text(), actual.embedding(), expected.embedding());
            }
            assertThat(sentences).hasSize(41);
        }
    }

    /** Compares as many values as are expected. */
    private static void assertNear(String what, float[] actual, float[] expected) {
        for (int index = 0; index < expected.length; index++) {
            assertThat(actual[index])
                    .as("%s, column %d", what, index)
                    .isCloseTo(expected[index], Offset.offset(FLOAT32));
        }
    }

    /** A base model as others save it: names without prefix, an array of positions, a pooler, no head. */
    private void writeBaseModel() throws IOException {
        try (Backend backend = open("reference");
                Parameters weights =
                        Parameters.open(EncoderStates.of(CONFIG).graph().parameters(), backend)) {
            Initializer.initialize(weights, CONFIG, 4);
            SafeTensorsWriter file = new SafeTensorsWriter();
            for (Parameter parameter : weights.list()) {
                file.floats(parameter.name().substring("bert.".length()), weights.of(parameter), parameter.shape());
            }
            file.ints("embeddings.position_ids", new int[CONFIG.maxPositionEmbeddings()])
                    .floats("pooler.dense.bias", new float[CONFIG.hiddenSize()])
                    .write(folder.resolve("model.safetensors"));
        }
        Files.writeString(
                folder.resolve("config.json"),
                "{\"architectures\": [\"BertModel\"], \"model_type\": \"bert\", \"num_hidden_layers\": 2,"
                        + " \"vocab_size\": 10, \"hidden_size\": 8, \"num_attention_heads\": 2, \"intermediate_size\": 12}");
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\n");
        Files.writeString(folder.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 6}");
    }

    /** The last sublayer's rows of the same model under a masked language model's head. */
    private float[] underAHead(int[] ids) {
        MaskedLanguageModel model = MaskedLanguageModel.inference(CONFIG);
        Activation last = model.sublayers().getLast();
        Rows all = Rows.of(
                1, new int[] {0, ids.length}, IntStream.range(0, ids.length).toArray());
        Batch batch = Batch.of(all, ids, new int[ids.length], all, new int[0]);
        Plan plan = Plan.inference(model.graph(), batch.extents(), Set.of(last));
        try (Backend backend = open("reference");
                HuggingFaceDirectory directory = HuggingFaceDirectory.open(folder);
                Parameters parameters = Parameters.open(model.graph().parameters(), backend);
                Session session = Session.inference(plan, parameters, backend)) {
            assertThat(directory.load(parameters).missing()).allMatch(name -> name.startsWith("cls."));
            session.forward(batch, StepPlace.NONE);
            return session.values(last).toArray();
        }
    }

    @Test
    void aBaseModelWithoutPrefixAndHeadGivesTheStatesOfItsLastLayer() throws IOException {
        writeBaseModel();
        try (Backend backend = open("vector")) {
            Encoded cut = PublishedModel.encode(folder, List.of("", "a b c d e"), backend)
                    .getLast();
            assertThat(cut.ids()).containsExactly(2, 5, 6, 7, 8, 3);
            float[] expected = underAHead(cut.ids());
            assertThat(cut.states()).containsExactly(expected, Offset.offset(FLOAT32));
            assertPooled(cut, rows -> rows.average().orElseThrow());
        }
    }

    /** Compares a vector with its text's states. */
    private static void assertPooled(Encoded encoded, ToDoubleFunction<DoubleStream> pooling) {
        int hidden = CONFIG.hiddenSize();
        for (int column = 0; column < hidden; column++) {
            int place = column;
            double expected = pooling.applyAsDouble(IntStream.range(0, encoded.ids().length)
                    .mapToDouble(row -> encoded.states()[row * hidden + place]));
            assertThat(encoded.embedding()[column]).isCloseTo((float) expected, Offset.offset(FLOAT32));
        }
    }

    @Test
    void aVectorIsTheLargestOfAllStatesInEachColumnWhereTheFolderSaysSo() throws IOException {
        writeBaseModel();
        Files.createDirectory(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling/config.json"), "{\"pooling_mode_max_tokens\": true}");
        try (Backend backend = open("vector")) {
            assertPooled(
                    PublishedModel.encode(folder, List.of("a b c"), backend).getFirst(),
                    rows -> rows.max().orElseThrow());
        }
    }

    @Test
    void aVectorIsAsLongAsItComesOutUnlessTheFolderSaysThatItIsNormalized() throws IOException {
        writeBaseModel();
        try (Backend backend = open("vector")) {
            float[] plain = PublishedModel.encode(folder, List.of("a b"), backend)
                    .getFirst()
                    .embedding();
            Files.writeString(
                    folder.resolve("modules.json"),
                    "[{\"type\": \"sentence_transformers.models.Transformer\"}, {\"type\":"
                            + " \"sentence_transformers.models.Normalize\"}]");
            float[] normalized = PublishedModel.encode(folder, List.of("a b"), backend)
                    .getFirst()
                    .embedding();
            double norm = norm(plain);
            assertThat(Math.abs(norm - 1)).isGreaterThan(0.01);
            assertThat(norm(normalized)).isCloseTo(1, Offset.offset(1e-6));
            for (int column = 0; column < plain.length; column++) {
                assertThat(normalized[column]).isCloseTo((float) (plain[column] / norm), Offset.offset(FLOAT32));
            }
        }
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    @Test
    void aVectorIsTheStateOfClsWhereTheFolderSaysSo() throws IOException {
        writeBaseModel();
        Files.createDirectory(folder.resolve("1_Pooling"));
        Path pooling = folder.resolve("1_Pooling/config.json");
        Files.writeString(pooling, "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        try (Backend backend = open("vector")) {
            Encoded encoded =
                    PublishedModel.encode(folder, List.of("a b"), backend).getFirst();
            assertPooled(encoded, rows -> rows.findFirst().orElseThrow());
        }
    }

    @Test
    void whatAFolderAsksForAndIsNotSupportedIsRefused() throws IOException {
        Files.createDirectory(folder.resolve("1_Pooling"));
        Path pooling = folder.resolve("1_Pooling/config.json");
        Files.writeString(pooling, "{\"pooling_mode_mean_tokens\": true, \"pooling_mode_lasttoken\": true}");
        assertThatThrownBy(() -> SentenceSettings.read(folder, CONFIG))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(pooling + ": pooling_mode_lasttoken is not supported");
        assertThat(SentenceSettings.read(folder, CONFIG, SentenceSettings.Pooling.CLS)
                        .pooling())
                .isEqualTo(SentenceSettings.Pooling.CLS);
        Files.writeString(pooling, "{}");
        assertThatThrownBy(() -> SentenceSettings.read(folder, CONFIG))
                .isInstanceOf(RunError.class)
                .hasMessageContaining("exactly one of");
        Files.delete(pooling);
        Path modules = folder.resolve("modules.json");
        Files.writeString(modules, "[{\"type\": \"sentence_transformers.models.Dense\"}]");
        assertThatThrownBy(() -> SentenceSettings.read(folder, CONFIG))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(modules + ": a module of type \"sentence_transformers.models.Dense\" is not");
        Files.delete(modules);
        Path length = folder.resolve("sentence_bert_config.json");
        for (String value : List.of("1", "513", "\"many\"", "2.5")) {
            Files.writeString(length, "{\"max_seq_length\": " + value + "}");
            assertThatThrownBy(() -> SentenceSettings.read(folder, CONFIG))
                    .isInstanceOf(RunError.class)
                    .hasMessageContaining(length + ": max_seq_length is " + value, "512");
        }
    }

    @Test
    void whatNewerVersionsOfSentenceTransformersWriteIsRead() throws IOException {
        Files.createDirectory(folder.resolve("1_Pooling"));
        Path pooling = folder.resolve("1_Pooling/config.json");
        Files.writeString(pooling, "{\"embedding_dimension\": 8, \"pooling_mode\": \"cls\", \"include_prompt\": true}");
        Files.writeString(
                folder.resolve("sentence_bert_config.json"), "{\"module_output_name\": \"token_embeddings\"}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 256}");
        Files.writeString(
                folder.resolve("modules.json"),
                "[{\"type\": \"sentence_transformers.base.modules.transformer.Transformer\"},"
                        + " {\"type\": \"sentence_transformers.sentence_transformer.modules.pooling.Pooling\"},"
                        + " {\"type\": \"sentence_transformers.base.modules.normalize.Normalize\"}]");
        assertThat(SentenceSettings.read(folder, CONFIG))
                .isEqualTo(new SentenceSettings(256, SentenceSettings.Pooling.CLS, true));
        Files.writeString(
                folder.resolve("tokenizer_config.json"), "{\"model_max_length\": 1000000000000000019884624838656}");
        assertThat(SentenceSettings.read(folder, CONFIG).maxTokens()).isEqualTo(512);
        Files.writeString(pooling, "{\"pooling_mode\": [\"cls\", \"mean\"]}");
        assertThatThrownBy(() -> SentenceSettings.read(folder, CONFIG))
                .isInstanceOf(RunError.class)
                .hasMessageContaining(pooling + ": pooling_mode is a list, and cls, mean and max are supported");
    }
}
