package org.narrowbert.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.narrowbert.cli.Cli;

class PlanCommandTest {
    private static double speedUp(String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = "plan";
        System.arraycopy(more, 0, arguments, 1, more.length);
        Cli run = Cli.run(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
        Matcher matcher =
                Pattern.compile("predicted speed-up over \\S+: ([0-9.]+)").matcher(run.out());
        assertThat(matcher.find()).as(run.out()).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    @Test
    void predictsWhatTheFlopsOfEachFamilyAllow() {
        assertThat(speedUp("--size", "base", "--layout", "bert", "--narrow-last-layer", "off"))
                .isEqualTo(1.0);
        assertThat(speedUp("--size", "base", "--layout", "sparse-queries-2")).isBetween(2.0, 2.5);
        assertThat(speedUp("--size", "base", "--layout", "context-first")).isBetween(1.5, 2.0);
        assertThat(speedUp("--size", "base", "--layout", "token-dropping")).isBetween(1.2, 1.45);
        assertThat(speedUp("--size", "base", "--inference")).isGreaterThan(2);
    }

    @Test
    void theDenseModelGainsItsLastLayerAndIsComparedInBothWays() {
        Cli run = Cli.run("plan", "--size", "base", "--layout", "bert", "--max-seq-length", "512");
        assertThat(run.out())
                .containsPattern("last layer on the rows that the head reads: saves [0-9.,]+ GFLOP, [5-7]\\.\\d% of")
                .containsPattern("predicted speed-up over \\{sf\\}12:: 1\\.0[5-9]")
                .contains("predicted speed-up over {sf}12: with its last layer narrowed: 1.00");
        Cli off = Cli.run("plan", "--size", "base", "--layout", "bert", "--narrow-last-layer", "off");
        assertThat(off.out()).contains("last layer on all rows (--narrow-last-layer off): auto would save ");
        Cli narrow = Cli.run("plan", "--size", "base", "--layout", "sparse-queries-2");
        assertThat(narrow.out()).contains("last layer: nothing left of the colon can be narrowed");
    }

    @Test
    void theFormOfNarrowAttentionIsShownWithWhy() {
        assertThat(narrowAttention("--max-seq-length", "128"))
                .containsPattern("narrow attention absorbed: \\d+ narrow rows of 128 tokens: absorbed up to \\d+");
        assertThat(narrowAttention("--max-seq-length", "512")).contains("narrow attention projected: ");
        assertThat(narrowAttention("--narrow-attention", "projected"))
                .contains("narrow attention projected: --narrow-attention projected; predicted for a sequence: ");
        Cli wrong = Cli.run("plan", "--narrow-attention", "direct");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("--narrow-attention", "direct", "absorbed");
    }

    private static String narrowAttention(String... more) {
        String[] plan = {"plan", "--size", "base", "--layout", "sparse-queries-2"};
        Cli run = Cli.run(Stream.concat(Stream.of(plan), Stream.of(more)).toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run.out();
    }

    @Test
    void inferenceIsPlannedForTheRowsThatItsHeadReads() {
        String[] narrow = {"plan", "--inference", "--size", "base", "--layout", "sparse-queries-2", "--head"};
        Cli cls = Cli.run(Stream.concat(Stream.of(narrow), Stream.of("cls")).toArray(String[]::new));
        assertThat(cls.out())
                .contains("1,024 tokens, 8 narrow rows", "without head")
                .doesNotContain("the head reads the last state of all");
        Cli mean = Cli.run(Stream.concat(Stream.of(narrow), Stream.of("mean")).toArray(String[]::new));
        assertThat(mean.out())
                .contains(
                        "1,024 tokens, 1,024 narrow rows",
                        "the head reads the last state of all 1,024 tokens, so that every row is a narrow one");
        assertThat(speedUp("--inference", "--size", "base", "--head", "cls")).isGreaterThan(2.5);
        assertThat(speedUp("--inference", "--size", "base", "--head", "max")).isLessThan(1.05);
        refused(Cli.run("plan", "--head", "cls"), "--head is for --inference");
    }

    @Test
    void listsEveryOpWithItsRowsAndTheMemory() {
        Cli run = Cli.run("plan", "--max-seq-length", "64", "--per-device-train-batch-size", "4");
        assertThat(run.out())
                .contains("256 tokens, 40 narrow rows")
                .contains("forward", "backward", "cross entropy gradient", "narrow", "weights", "activations", "sum");
    }

    @Test
    void theMemoryOfAStepIsAtMost1Point15TimesWhatIsNecessary() {
        for (String layout : new String[] {"bert", "sparse-queries-2", "context-first", "token-dropping"}) {
            for (String length : new String[] {"128", "512"}) {
                Cli run = Cli.run(
                        "plan", "--size", "base", "--layout", layout, "--max-seq-length", length, "--threads", "2");
                Matcher matcher = Pattern.compile("\\(([0-9.]+) x weights").matcher(run.out());
                assertThat(matcher.find()).as(run.out()).isTrue();
                assertThat(Double.parseDouble(matcher.group(1)))
                        .as("%s at %s", layout, length)
                        .isLessThan(1.15);
            }
        }
    }

    @Test
    void showsMemoryAndWorkWithAndWithoutGradientCheckpointing() {
        Cli keeping = Cli.run("plan", "--size", "base", "--layout", "{sf}2:{sf}4");
        Cli some = Cli.run(
                "plan", "--size", "base", "--layout", "{sf}2:{sf}4", "--gradient-checkpointing-layers", "n1-n3,0,n1");
        assertThat(keeping.out()).contains("layers 0-1,n0-n3 ").doesNotContain(" again ");
        assertThat(some.out()).contains("layers 0,n1-n3 ", "linear activation again", "attention again");
        assertThat(figure(some, "no layer")).isEqualTo(figure(keeping, "no layer"));
        assertThat(figure(some, "activations")).isEqualTo(figure(some, "layers 0,n1-n3"));
        assertThat(figure(keeping, "activations")).isEqualTo(figure(keeping, "no layer"));
        assertThat(figure(some, "layers 0,n1-n3"))
                .isLessThan(figure(some, "no layer") / 1.5)
                .isGreaterThan(figure(keeping, "layers 0-1,n0-n3"));
    }

    /** At 512 tokens sequences with their share of masked tokens are projected, but others of the batch may have fewer. */
    @Test
    void countsWhatKernelsKeepForSequencesThatMayBeAbsorbed() {
        String[] plan = {"plan", "--layout", "sparse-queries-2", "--max-seq-length", "512", "--narrow-attention"};
        Cli auto = Cli.run(Stream.concat(Stream.of(plan), Stream.of("auto")).toArray(String[]::new));
        Cli absorbed =
                Cli.run(Stream.concat(Stream.of(plan), Stream.of("absorbed")).toArray(String[]::new));
        Cli projected =
                Cli.run(Stream.concat(Stream.of(plan), Stream.of("projected")).toArray(String[]::new));
        assertThat(auto.out()).contains("narrow attention projected");
        assertThat(figure(auto, "kernels' workspace"))
                .isGreaterThan(figure(projected, "kernels' workspace"))
                .isEqualTo(figure(absorbed, "kernels' workspace"));
    }

    @Test
    void showsTheCopyThatSavingInTheBackgroundTakes() {
        Cli run = Cli.run("plan", "--size", "mini");
        assertThat(run.out()).contains("(none with --save-in-background off)");
        assertThat(figure(run, "copy while saving"))
                .isCloseTo(figure(run, "weights") + figure(run, "AdamW's moments"), within(0.11));
    }

    /** The first figure in MB of the line that begins with a name. */
    private static double figure(Cli run, String name) {
        Matcher matcher =
                Pattern.compile("(?m)^  \\Q" + name + "\\E +([0-9,.]+) MB").matcher(run.out());
        assertThat(matcher.find()).as("%s in %s", name, run.out()).isTrue();
        return Double.parseDouble(matcher.group(1).replace(",", ""));
    }

    @Test
    void refusesLayersThatTheLayoutDoesNotHave() {
        String option = "--gradient-checkpointing-layers";
        refused(
                Cli.run("plan", "--layout", "{sf}2:{sf}4", option, "0,2-3"),
                option,
                "layout {sf}2:{sf}4 has no layer 2, its layers are 0-1,n0-n3");
        refused(Cli.run("plan", "--layout", "{sf}2:{sf}4", option, "n4"), "no layer n4");
        refused(Cli.run("plan", option, "first"), "'first' is not understood", "0,2-5", "n0,n2-n5");
        refused(Cli.run("plan", option, "0-n1"), "'0-n1' is not understood");
        refused(Cli.run("plan", option, "1-0"), "1-0 ends before it begins");
        refused(Cli.run("plan", option, ""), "'' is not understood");
        refused(Cli.run("plan", "--inference", "--gradient-checkpointing"), "--inference has no backward pass");
    }

    private static void refused(Cli run, String... contained) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(contained).hasLineCount(1);
    }

    @Test
    void refusesALayoutWithTheColumnOfTheError() {
        Cli run = Cli.run("plan", "--layout", "{sf}2:[s]f");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("column 7");
    }

    @Test
    void refusesADepthThatContradictsTheLayout() {
        Cli run = Cli.run("plan", "--layout", "{sf}2:{sf}4", "--num-hidden-layers", "12");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--num-hidden-layers is 12", "6 layers");
    }

    @Test
    void refusesABatchOfMoreTokensThanFit() {
        Cli run = Cli.run("plan", "--per-device-train-batch-size", "100000000");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("100000000", "--gradient-accumulation-steps");
    }

    @Test
    void refusesAModelSizeThatDoesNotExist() {
        Cli run = Cli.run("plan", "--size", "huge");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'huge'", "base");
    }
}
