package org.narrowbert.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private static final ProgressLine LINE = new ProgressLine(
            "step",
            100,
            400,
            "",
            OptionalDouble.of(3723),
            List.of("loss 7.214", "1,234 masked tokens/s", "31% of peak"));

    @Test
    void showsAllItKnowsWhereThereIsRoom() {
        assertThat(LINE.bar(120))
                .isEqualTo("step 100/400 [=====>                ]  25%  1:02:03 left  loss 7.214"
                        + "  1,234 masked tokens/s  31% of peak");
        assertThat(LINE.plain())
                .isEqualTo("step 100 of 400  loss 7.214  1,234 masked tokens/s  31% of peak  1:02:03 left");
    }

    @Test
    void leavesOutTheLeastImportantOnANarrowTerminal() {
        assertThat(LINE.bar(80))
                .isEqualTo("step 100/400 [==>        ]  25%  1:02:03 left  loss 7.214  1,234 masked tokens/s");
        assertThat(LINE.bar(55)).isEqualTo("step 100/400 [==>      ]  25%  1:02:03 left  loss 7.214");
        assertThat(LINE.bar(45)).isEqualTo("step 100/400 [==>        ]  25%  1:02:03 left");
        assertThat(LINE.bar(34)).isEqualTo("step 100/400  25%  1:02:03 left");
    }

    @Test
    void neverIsWiderThanTheTerminal() {
        for (int width = 0; width < 130; width++) {
            assertThat(LINE.bar(width)).hasSizeLessThanOrEqualTo(width);
        }
    }

    @Test
    void aTaskOfNothingIsDone() {
        ProgressLine nothing = new ProgressLine("tokenizing", 0, 0, "bytes", OptionalDouble.empty(), List.of());
        assertThat(nothing.bar(40)).isEqualTo("tokenizing 0/0 bytes [============] 100%");
        assertThat(nothing.plain()).isEqualTo("tokenizing 0 of 0 bytes");
    }

    @Test
    void writesTimesAsPeopleDo() {
        assertThat(ProgressLine.clock(0.4)).isEqualTo("00:00");
        assertThat(ProgressLine.clock(59.6)).isEqualTo("01:00");
        assertThat(ProgressLine.clock(36_061)).isEqualTo("10:01:01");
    }
}
