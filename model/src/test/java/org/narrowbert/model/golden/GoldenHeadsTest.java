package org.narrowbert.model.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Activation;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.model.checkpoint.SafeTensors;
import org.narrowbert.model.heads.SequenceClassification;
import org.narrowbert.model.heads.TokenClassification;

/** Classifiers of texts and of tokens, which read few rows, against what PyTorch computes with every row. */
class GoldenHeadsTest {
    private static final double FLOAT32 = 5e-6;
    private static final double DOUBLE = 1e-6;

    static List<Arguments> cases() throws IOException {
        List<Arguments> cases = new ArrayList<>(GoldenModelTest.cases("classification"));
        cases.addAll(GoldenModelTest.cases("token-classification"));
        assertThat(cases).hasSize(8);
        return cases;
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("cases")
    void theLogitsArePyTorchs(String backendName, GoldenCase golden) {
        Graph graph = graph(golden);
        Activation logits = graph.outputs().getFirst();
        Batch batch = golden.batch(0);
        try (Backend backend = GoldenModelTest.open(backendName);
                Parameters parameters = GoldenModelTest.parameters(golden, graph, backend);
                Session session = Session.inference(Plan.inference(graph, batch.extents()), parameters, backend);
                SafeTensors expected = golden.expected()) {
            session.forward(batch, StepPlace.NONE);
            GoldenModelTest.assertClose(
                    logits.name(),
                    session.values(logits).toArray(),
                    expected.readFloats(logits.name()),
                    backendName.equals("reference") ? DOUBLE : FLOAT32);
        }
    }

    private static Graph graph(GoldenCase golden) {
        int labels = golden.labels();
        return golden.head().equals("classification")
                ? SequenceClassification.inference(golden.config(), labels).graph()
                : TokenClassification.inference(golden.config(), labels).graph();
    }
}
