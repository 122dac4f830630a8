package org.narrowbert.model.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.SequenceClassification;
import org.narrowbert.model.heads.TokenClassification;
import org.narrowbert.model.layout.Layout;

/** Classifiers whose heads have their first, random values. */
class FreshHeadsTest {
    private static final int LABELS = 3;
    private static final List<int[]> TEXTS =
            List.of(new int[] {2, 7, 8, 3}, new int[] {2, 3}, new int[] {2, 9, 9, 5, 3});

    private static BertConfig config(String layout) {
        return BertConfig.builder(Layout.parse(layout), new ModelShape(3, 16, 2, 24), 12)
                .initializerRange(0.3)
                .build();
    }

    private static float[] logits(BertConfig config, Graph graph, Batch batch) {
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(2));
                Parameters parameters = Parameters.open(graph.parameters(), backend)) {
            Initializer.initialize(parameters, config, 5);
            try (Session session = Session.inference(Plan.inference(graph, batch.extents()), parameters, backend)) {
                session.forward(batch, StepPlace.NONE);
                return session.values(graph.outputs().getFirst()).toArray();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{sf}3:", "{sf}1:{sf}2", "sfs{s}1:{f}2", "sf[sf]sf:"})
    void aTextsClassesAreTheSameBitsWhateverStandsBesideIt(String layout) {
        BertConfig config = config(layout);
        Graph graph = SequenceClassification.inference(config, LABELS).graph();
        float[] together = logits(config, graph, TextBatch.ofFirstRows(TEXTS));
        assertThat(together).hasSize(TEXTS.size() * LABELS);
        for (int text = 0; text < TEXTS.size(); text++) {
            assertThat(logits(config, graph, TextBatch.ofFirstRows(List.of(TEXTS.get(text)))))
                    .isEqualTo(Arrays.copyOfRange(together, text * LABELS, (text + 1) * LABELS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{sf}3:", "{sf}1:{sf}2"})
    void aTokensLabelsAreTheSameButForRoundingWhenFewerTokensAreAskedFor(String layout) {
        BertConfig config = config(layout);
        Graph graph = TokenClassification.inference(config, LABELS).graph();
        float[] all = logits(config, graph, TextBatch.ofAllRows(TEXTS));
        float[] first = logits(config, graph, TextBatch.ofFirstRows(TEXTS));
        int row = 0;
        for (int text = 0; text < TEXTS.size(); text++) {
            assertThat(Arrays.copyOfRange(first, text * LABELS, (text + 1) * LABELS))
                    .containsExactly(Arrays.copyOfRange(all, row * LABELS, (row + 1) * LABELS), within(1e-5f));
            row += TEXTS.get(text).length;
        }
    }

    @Test
    void theLastLayerOfADenseModelCostsLittleMoreThanItsKeysAndValuesForOneRowAText() {
        BertConfig config = config("{sf}3:");
        Graph graph = SequenceClassification.inference(config, LABELS).graph();
        Extents few = new Extents(8, 1024, 8, 0);
        Extents all = new Extents(8, 1024, 1024, 0);
        Plan plan = Plan.inference(graph, all);
        // Of 12 hidden^2 multiplications a token and layer, keys and values are 2; attention's own products come on
        // top.
        assertThat(plan.flops(few) / plan.flops(all)).isLessThan(0.78);
    }

    @Test
    void aClassifierWithoutClassesIsRefused() {
        assertThatThrownBy(() -> TokenClassification.inference(config("{sf}3:"), 0))
                .hasMessage("a classifier of 0 labels");
    }
}
