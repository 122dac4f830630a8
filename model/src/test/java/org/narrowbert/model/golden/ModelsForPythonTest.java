package org.narrowbert.model.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.checkpoint.ConvertedModel;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.HuggingFaceWriter;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.checkpoint.tensor.SafeTensorsWriter;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.heads.TaskHead;
import org.narrowbert.model.layout.Layout;

/**
 * A model of every head as we write it, with the logits that we compute with it: what docs/tools/compare_transformers.py loads with Python's
 * transformers. {@code -Dnarrowbert.models-for-python=DIR} names a folder to keep them in.
 */
class ModelsForPythonTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

    @TempDir
    private Path temporary;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bert-mlm                            | BertForMaskedLM                | 0 |
                    token-dropping-mlm                  | BertForMaskedLM                | 0 |
                    sparse-queries-2-mlm                | BertForMaskedLM                | 0 |
                    bert-classification                 | BertForSequenceClassification  | 3 | single_label_classification
                    bert-multi-label                    | BertForSequenceClassification  | 5 | multi_label_classification
                    sparse-queries-1-regression         | BertForSequenceClassification  | 1 | regression
                    sparse-queries-2-classification     | BertForSequenceClassification  | 0 |
                    bert-token-classification           | BertForTokenClassification     | 0 |
                    sparse-queries-2-token-classification | BertForTokenClassification   | 0 |
                    bert-multiple-choice                | BertForMultipleChoice          | 0 |
                    bert-question-answering             | BertForQuestionAnswering       | 0 |
                    """)
    void aModelIsWrittenWithTheLogitsThatItGives(String name, String architecture, int told, String problem)
            throws IOException {
        GoldenCase golden = GoldenCase.read(GOLDEN.resolve(name));
        boolean labelled = architecture.endsWith("Classification");
        int labels = !labelled ? 0 : told > 0 ? told : golden.labels();
        HeadConfig head = new HeadConfig(
                architecture,
                IntStream.range(0, labels).mapToObj(label -> "label " + label).toList(),
                Optional.ofNullable(problem),
                Optional.empty());
        Path kept = Path.of(System.getProperty("narrowbert.models-for-python", temporary.toString()));
        Path folder = Files.createDirectories(kept).resolve(name);
        Batch batch = golden.batch(0);
        try (Backend backend = GoldenModelTest.open("vector")) {
            write(golden, head, folder, backend);
            float[] logits = logits(golden, folder, batch, backend);
            // What token dropping's case expects is a training step's.
            if (golden.config().layout().hasBrackets()) {
                return;
            }
            try (SafeTensors expected = golden.expected()) {
                GoldenModelTest.assertClose(
                        "logits",
                        logits,
                        expected.readFloats("logits"),
                        GoldenModelTest.Tolerance.of("vector").forward());
            }
        }
    }

    /** Token dropping is a matter of training: what comes out of it is a plain BERT. */
    private static void write(GoldenCase golden, HeadConfig head, Path folder, Backend backend) {
        try (HuggingFaceDirectory source = HuggingFaceDirectory.open(golden.folder())) {
            Layout layout = source.config().layout();
            Layout written = layout.hasBrackets() ? Layout.dense(layout.numHiddenLayers()) : layout;
            try (ConvertedModel model = ConvertedModel.open(source, written, backend)) {
                HuggingFaceWriter.of(model.config().with(head), model.weights()).write(folder, true);
            }
        }
    }

    private static float[] logits(GoldenCase golden, Path folder, Batch batch, Backend backend) {
        try (HuggingFaceDirectory saved = HuggingFaceDirectory.open(folder)) {
            Graph graph;
            Activation logits;
            if (golden.head().equals("mlm")) {
                MaskedLanguageModel model = MaskedLanguageModel.inference(saved.config());
                graph = model.graph();
                logits = model.output();
            } else {
                TaskHead head = golden.taskModel().head(HeadMode.INFERENCE);
                graph = head.graph();
                logits = head.logits();
            }
            try (Parameters parameters = Parameters.open(graph.parameters(), backend);
                    Session session = Session.inference(Plan.inference(graph, batch.extents()), parameters, backend)) {
                assertThat(saved.load(parameters).unexpected()).isEmpty();
                session.forward(batch, StepPlace.NONE);
                Matrix values = session.values(logits);
                Rows tokens = batch.tokens();
                new SafeTensorsWriter()
                        .floats("logits", values, values.rows(), values.columns())
                        .ints("input_ids", batch.inputIds())
                        .ints("token_type_ids", batch.tokenTypeIds())
                        .ints(
                                "offsets",
                                IntStream.rangeClosed(0, tokens.sequences())
                                        .map(sequence -> sequence == 0 ? 0 : tokens.end(sequence - 1))
                                        .toArray())
                        .ints(
                                "rows",
                                IntStream.range(0, batch.narrow().count())
                                        .map(batch.narrow()::token)
                                        .toArray())
                        .write(folder.resolve("expected.safetensors"));
                return values.toArray();
            }
        }
    }
}
