package org.narrowbert.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.check.OpCase;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;

/** Which form is chosen, on recorded costs. */
class NarrowFormsChoiceTest {
    /** Of a machine whose absorbed products run at five sixths of the speed of large ones. */
    private static final CostModel RECORDED = new CostModel(180, 90, 150, 30);

    private static final Graph BASE =
            OpCase.narrowLayers(0, new OpCase.Sizes(11, 768, 8, 12, 512)).graph();

    private static NarrowForms forms(NarrowAttention wanted, Extents limits) {
        return Plan.inference(BASE, limits, Set.of(), new NarrowAttentionChoice(wanted, RECORDED))
                .forms();
    }

    @Test
    void bertBasesFormsAtRecordedCosts() {
        Extents limits = new Extents(4, 2048, 400, 0).upTo(512);
        NarrowForms inference = forms(NarrowAttention.AUTO, limits);
        Plan training = Plan.training(BASE, limits, new NarrowAttentionChoice(NarrowAttention.AUTO, RECORDED));
        assertThat(List.of(16, 64, 128, 256, 512).stream().map(inference::mostAbsorbed))
                .containsExactlyElementsOf(EXPECTED_INFERENCE);
        assertThat(List.of(16, 64, 128, 256, 512).stream().map(training.forms()::mostAbsorbed))
                .containsExactlyElementsOf(EXPECTED_TRAINING);
        assertThat(inference.form(128, 1)).isEqualTo(NarrowForm.ABSORBED);
        assertThat(inference.form(512, 512)).isEqualTo(NarrowForm.PROJECTED);
    }

    /** Twice as fast a machine chooses the same; one whose absorbed products are half as fast absorbs fewer rows, at any length. */
    @Test
    void theRatesProportionsDecideAndNotTheirSize() {
        Extents limits = new Extents(4, 2048, 400, 0).upTo(512);
        NarrowForms twice = Plan.inference(
                        BASE,
                        limits,
                        Set.of(),
                        new NarrowAttentionChoice(NarrowAttention.AUTO, new CostModel(360, 180, 300, 60)))
                .forms();
        NarrowForms slow = Plan.inference(
                        BASE,
                        limits,
                        Set.of(),
                        new NarrowAttentionChoice(NarrowAttention.AUTO, new CostModel(180, 90, 75, 30)))
                .forms();
        NarrowForms recorded = forms(NarrowAttention.AUTO, limits);
        for (int tokens : new int[] {16, 64, 128, 256, 512}) {
            assertThat(twice.mostAbsorbed(tokens)).isEqualTo(recorded.mostAbsorbed(tokens));
            assertThat(slow.mostAbsorbed(tokens)).isLessThan(recorded.mostAbsorbed(tokens));
        }
    }

    private static final List<Integer> EXPECTED_INFERENCE = List.of(11, 28, 39, 48, 54);
    private static final List<Integer> EXPECTED_TRAINING = List.of(9, 23, 30, 36, 40);

    @Test
    void eachSequencesFormIsItsOwnWhateverStandsBesideIt() {
        NarrowForms forms = forms(NarrowAttention.AUTO, new Extents(3, 512, 300, 0));
        Rows tokens = rows(128, 128, 128);
        Rows projected = forms.projected(tokens, rows(1, 100, 0), 512);
        assertThat(List.of(
                        projected.start(0), projected.end(0), projected.start(1), projected.end(1), projected.end(2)))
                .containsExactly(0, 0, 0, 128, 128);
        assertThat(projected.token(0)).isEqualTo(128);
        assertThat(forms.projected(tokens, rows(1, 100, 0), 127).count())
                .as("no room, as it was planned for fewer")
                .isZero();
    }

    @Test
    void aPlanHasRoomForTheSequencesThatAreProjectedAndNoMore() {
        Extents few = new Extents(8, 1024, 8, 0).upTo(128);
        Extents many = new Extents(8, 1024, 1024, 0).upTo(128);
        assertThat(projectedRows(NarrowAttention.AUTO, few)).isLessThan(16);
        assertThat(projectedRows(NarrowAttention.AUTO, many)).isEqualTo(1024);
        assertThat(projectedRows(NarrowAttention.PROJECTED, few)).isEqualTo(1024);
        assertThat(projectedRows(NarrowAttention.ABSORBED, many)).isZero();
    }

    private static int projectedRows(NarrowAttention wanted, Extents limits) {
        return Plan.inference(BASE, limits, Set.of(), new NarrowAttentionChoice(wanted, RECORDED))
                .limits()
                .projected();
    }

    private static Rows rows(int... lengths) {
        int[] offsets = new int[lengths.length + 1];
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            offsets[sequence + 1] = offsets[sequence] + lengths[sequence];
        }
        int[] tokens = new int[offsets[lengths.length]];
        Arrays.setAll(tokens, row -> row);
        return Rows.of(lengths.length, offsets, tokens);
    }
}
