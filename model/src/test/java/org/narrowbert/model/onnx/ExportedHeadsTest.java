package org.narrowbert.model.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.QuestionAnswering;
import org.narrowbert.model.heads.SequenceClassification;
import org.narrowbert.model.heads.TokenClassification;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.inference.SentenceSettings.Pooling;
import org.narrowbert.model.layout.Layout;

/** Every head that can be exported, in ONNX Runtime, beside the same model here. */
class ExportedHeadsTest {
    private static final int VOCABULARY = 53;
    private static final int HIDDEN = 24;
    private static final List<String> LABELS = List.of("bad", "so so", "good");
    private static final int[] LENGTHS = {5, 13, 3, 16, 8, 9};

    /** Both compute in float32; results are of magnitude one. */
    private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"{sf}3:", "{sf}1:{sf}2", "s:sff", "sfs:ffs", "{sf}1[{sf}1]{sf}1:", ":{sf}2"})
    void theLastHiddenStateOfEveryTokenIsOurs(String layout) {
        BertConfig config = config(layout);
        EncoderStates model = EncoderStates.of(config);
        Batch batch = batch(false);
        try (Backend backend = backend();
                Parameters parameters = RandomWeights.open(model.graph().parameters(), backend)) {
            float[] ours = run(model.graph(), model.states(), batch, parameters, backend);
            float[] theirs = exported(OnnxExport.states(config), "last_hidden_state", parameters, batch);
            assertThat(rows(theirs, HIDDEN)).containsExactly(ours, TOLERANCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{sf}3:", "{sf}1:{sf}2", "s:sff", "{sf}1[{sf}1]{sf}1:"})
    void labelsOfTextsAndOfTokensAreOurs(String layout) {
        BertConfig config = config(layout);
        try (Backend backend = backend()) {
            SequenceClassification texts = SequenceClassification.inference(config, LABELS.size());
            try (Parameters parameters = RandomWeights.open(texts.graph().parameters(), backend)) {
                Batch batch = batch(true);
                float[] ours = run(texts.graph(), texts.logits(), batch, parameters, backend);
                OnnxModel exported = OnnxExport.sequenceClassification(config, LABELS);
                assertThat(exported(exported, "logits", parameters, batch))
                        .hasSize(LENGTHS.length * LABELS.size())
                        .containsExactly(ours, TOLERANCE);
            }
            TokenClassification tokens = TokenClassification.inference(config, LABELS.size());
            try (Parameters parameters = RandomWeights.open(tokens.graph().parameters(), backend)) {
                Batch batch = batch(false);
                float[] ours = run(tokens.graph(), tokens.logits(), batch, parameters, backend);
                OnnxModel exported = OnnxExport.tokenClassification(config, LABELS);
                assertThat(rows(exported(exported, "logits", parameters, batch), LABELS.size()))
                        .containsExactly(ours, TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{sf}3:", "{sf}1:{sf}2", "s:sff"})
    void scoresOfAnswersAndOfChoicesAreOurs(String layout) {
        BertConfig config = config(layout);
        try (Backend backend = backend()) {
            QuestionAnswering spans = QuestionAnswering.of(config, HeadMode.INFERENCE);
            try (Parameters parameters = RandomWeights.open(spans.graph().parameters(), backend)) {
                Batch batch = batch(false);
                float[] ours = run(spans.graph(), spans.logits(), batch, parameters, backend);
                OnnxModel exported = OnnxExport.questionAnswering(config);
                for (int column = 0; column < QuestionAnswering.SCORES; column++) {
                    String name = List.of("start_logits", "end_logits").get(column);
                    assertThat(rows(exported(exported, name, parameters, batch), 1))
                            .as(name)
                            .containsExactly(column(ours, column), TOLERANCE);
                }
            }
            SequenceClassification choices = SequenceClassification.inference(config, 1);
            try (Parameters parameters = RandomWeights.open(choices.graph().parameters(), backend)) {
                Batch batch = batch(true);
                float[] ours = run(choices.graph(), choices.logits(), batch, parameters, backend);
                Path file = write(OnnxExport.multipleChoice(config), parameters);
                try (OnnxRuntime runtime = new OnnxRuntime(file)) {
                    for (int count : new int[] {1, 2, 3, 6}) {
                        assertThat(runtime.outputOfChoices("logits", batch, count))
                                .as("examples of %s choices", count)
                                .containsExactly(ours, TOLERANCE);
                    }
                }
            }
        }
    }

    private static float[] column(float[] spans, int column) {
        float[] scores = new float[spans.length / QuestionAnswering.SCORES];
        for (int row = 0; row < scores.length; row++) {
            scores[row] = spans[row * QuestionAnswering.SCORES + column];
        }
        return scores;
    }

    @ParameterizedTest
    @CsvSource({"CLS, true", "MEAN, true", "MAX, true", "MEAN, false", "CLS, false"})
    void vectorsOfTextsArePooledAndBroughtToLengthOneAsHere(Pooling pooling, boolean normalized) {
        BertConfig config = config("{sf}1:{sf}2");
        EncoderStates model = EncoderStates.of(config);
        Batch batch = batch(false);
        try (Backend backend = backend();
                Parameters parameters = RandomWeights.open(model.graph().parameters(), backend)) {
            float[] states = run(model.graph(), model.states(), batch, parameters, backend);
            OnnxModel exported = OnnxExport.embedding(config, new SentenceSettings(16, pooling, normalized));
            assertThat(exported(exported, "sentence_embedding", parameters, batch))
                    .containsExactly(pooled(states, batch.tokens(), pooling, normalized), TOLERANCE);
        }
    }

    /** The definition, one number after the other. */
    private static float[] pooled(float[] states, Rows tokens, Pooling pooling, boolean normalized) {
        float[] vectors = new float[tokens.sequences() * HIDDEN];
        for (int text = 0; text < tokens.sequences(); text++) {
            int first = tokens.start(text);
            int count = tokens.end(text) - first;
            double norm = 0;
            for (int column = 0; column < HIDDEN; column++) {
                int place = column;
                double[] values = IntStream.range(first, first + count)
                        .mapToDouble(row -> states[row * HIDDEN + place])
                        .toArray();
                double value = switch (pooling) {
                    case CLS -> values[0];
                    case MEAN -> Arrays.stream(values).sum() / count;
                    case MAX -> Arrays.stream(values).max().orElseThrow();
                };
                vectors[text * HIDDEN + column] = (float) value;
                norm += value * value;
            }
            for (int column = 0; normalized && column < HIDDEN; column++) {
                vectors[text * HIDDEN + column] /= (float) Math.sqrt(norm);
            }
        }
        return vectors;
    }

    private float[] exported(OnnxModel model, String output, Parameters parameters, Batch batch) {
        assertThat(model.outputs()).contains(output);
        try (OnnxRuntime runtime = new OnnxRuntime(write(model, parameters))) {
            return runtime.output(output, batch);
        }
    }

    private Path write(OnnxModel model, Parameters parameters) {
        Path file = folder.resolve("model.onnx");
        model.write(file, parameters);
        return file;
    }

    /** Of [batch, sequence, columns] the rows of tokens, padding left out. */
    private static float[] rows(float[] padded, int columns) {
        int longest = Arrays.stream(LENGTHS).max().orElseThrow();
        float[] rows = new float[Arrays.stream(LENGTHS).sum() * columns];
        int at = 0;
        for (int text = 0; text < LENGTHS.length; text++) {
            System.arraycopy(padded, text * longest * columns, rows, at, LENGTHS[text] * columns);
            at += LENGTHS[text] * columns;
        }
        return rows;
    }

    private static float[] run(Graph graph, Activation result, Batch batch, Parameters parameters, Backend backend) {
        try (Session session = Session.inference(Plan.inference(graph, batch.extents()), parameters, backend)) {
            session.forward(batch, StepPlace.NONE);
            return session.values(result).toArray();
        }
    }

    /** Sequences of different lengths, of which the head reads the first rows or all. */
    private static Batch batch(boolean first) {
        Batch sample = new SampleBatch(VOCABULARY, 4).of(LENGTHS, 0.3, 3);
        Rows tokens = sample.tokens();
        int[] starts = IntStream.range(0, LENGTHS.length).map(tokens::start).toArray();
        Rows narrow = first
                ? Rows.of(
                        LENGTHS.length, IntStream.rangeClosed(0, LENGTHS.length).toArray(), starts)
                : tokens;
        return Batch.of(tokens, sample.inputIds(), sample.tokenTypeIds(), narrow, new int[0]);
    }

    private static BertConfig config(String layout) {
        return BertConfig.builder(Layout.parse(layout), new ModelShape(3, HIDDEN, 3, 40), VOCABULARY)
                .maxPositionEmbeddings(16)
                .build();
    }

    private static Backend backend() {
        return Backends.find().named("vector").open(new BackendOptions(1));
    }
}
