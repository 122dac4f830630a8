package org.narrowbert.model.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.error.UserError;

class LayoutTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {sf}12:             | {sf}12:
                    {sf}12              | {sf}12:
                    (sf)2:(sf)10        | {sf}2:{sf}10
                    sfsf{s}10:{f}10     | {sf}2{s}10:{f}10
                    {sf}5[{sf}6]{sf}1:  | {sf}5[{sf}6]sf:
                    {sf}2[{sf}3]:{sf}7  | {sf}2[{sf}3]:{sf}7
                    [f][s]{ss}f         | [f][s]ssf:
                    :sf                 | :sf
                    {sf}002:ff          | {sf}2:ff
                    {sff}2:sss          | {sff}2:{s}3
                    """)
    void layoutsAreReadAndWrittenCanonically(String written, String canonical) {
        Layout layout = Layout.parse(written);
        assertThat(layout.text()).isEqualTo(canonical);
        assertThat(layout.source()).isEqualTo(written);
        assertThat(Layout.parse(canonical)).isEqualTo(layout);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    {sf}2:{sx}4   | column 9: expected 's', 'f' or '}', found 'x'
                    ""            | column 1: expected 's' or 'f' (a layout has at least one sublayer), found the end
                    :             | column 2: expected 's' or 'f' (a layout has at least one sublayer), found the end
                    {sf           | column 4: expected 's', 'f' or '}', found the end
                    {}2:          | column 2: expected 's' or 'f', found '}'
                    {sf)2:        | column 4: expected 's', 'f' or '}', found ')'
                    {s{f}2}3:     | column 3: expected 's', 'f' or '}' (repeats do not nest), found '{'
                    {sf}0:        | column 5: expected a repeat count from 1, found '0'
                    s:f:          | column 4: expected 's', 'f', '{' or '(' (a layout has one ':'), found ':'
                    s:[f]         | column 3: expected 's', 'f', '{' or '(' (brackets stand left of the ':' only), found '['
                    [s[f]]        | column 3: expected 's', 'f', '{', '(' or ']' (brackets do not nest), found '['
                    [s:f]         | column 3: expected 's', 'f', '{', '(' or ']' (the ':' stands outside brackets), found ':'
                    s[]f          | column 3: expected 's', 'f', '{' or '(' (brackets hold at least one sublayer), found ']'
                    s]f           | column 2: expected 's', 'f', '{' or '(' (no '[' is open), found ']'
                    [s            | column 3: expected 's', 'f', '{', '(' or ']', found the end
                    {sf}2 :       | column 6: expected 's', 'f', '{', '(', '[' or ':', found ' '
                    {sf}501:      | column 1: more than 1000 sublayers in all; make the layout shorter
                    s{f}99999999999999999999 | column 2: more than 1000 sublayers in all; make the layout shorter
                    2sf           | column 1: expected 's', 'f', '{', '(', '[' or ':', found '2'
                    """)
    void aWrongLayoutIsRefusedWithTheColumnAndWhatWasExpected(String written, String message) {
        assertThatThrownBy(() -> Layout.parse(written))
                .isInstanceOf(UserError.class)
                .hasMessage("layout '" + written + "': " + message);
    }

    @Test
    void anUnprintableCharacterIsNamedByItsCode() {
        assertThatThrownBy(() -> Layout.parse("sf\n"))
                .hasMessageContaining("layout 'sf?': column 3")
                .hasMessageEndingWith("found U+000A");
        assertThatThrownBy(() -> Layout.parse("s\uD800")).hasMessageEndingWith("found U+D800");
        assertThatThrownBy(() -> Layout.parse("s😀")).hasMessageEndingWith("found '😀'");
    }

    @Test
    void aThousandSublayersAreAllowed() {
        assertThat(Layout.parse("{sf}250:{s}500").sublayers()).hasSize(Layout.MAX_SUBLAYERS);
    }

    @Test
    void weightNamesCountEachKindAndStartAgainAtTheColon() {
        assertThat(Layout.parse("sfsf{s}2:{f}2").sublayers().stream()
                        .map(sublayer ->
                                sublayer.kind().letter() + " " + sublayer.weights() + " " + sublayer.bertLayer()))
                .containsExactly(
                        "s bert.encoder.layer.0 0",
                        "f bert.encoder.layer.0 0",
                        "s bert.encoder.layer.1 1",
                        "f bert.encoder.layer.1 1",
                        "s bert.encoder.layer.2 2",
                        "s bert.encoder.layer.3 3",
                        "f bert.encoder_narrow.layer.0 2",
                        "f bert.encoder_narrow.layer.1 3");
    }

    @Test
    void depthIsTheLargerCountOfBothKinds() {
        assertThat(Layout.parse("{sf}2[sf]s:f{sf}2").numHiddenLayers()).isEqualTo(6);
        assertThat(Layout.parse("s:fff").denseBaseline()).isEqualTo(Layout.parse("{sf}3:"));
    }

    @Test
    void bracketsAreTakenOutForInference() {
        Layout layout = Layout.parse("{sf}5[{sf}6]{sf}1:");
        assertThat(layout.hasBrackets()).isTrue();
        assertThat(layout.withoutBrackets()).isEqualTo(Layout.dense(12));
        assertThat(layout.withoutBrackets().hasBrackets()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {sf}12:            | {sf}11:sf
                    sfsf{s}10:{f}10    | {sf}2{s}9:s{f}10
                    {sf}5[{sf}6]{sf}1: | {sf}5[{sf}6]:sf
                    sfsff:f            | sf:s{f}3
                    {sf}2[{sf}2]:      | {sf}2[{sf}2]:
                    s[sf]f:ff          | s[sf]:{f}3
                    s[f]f:             | s[f]:f
                    {sf}2:{sf}10       | {sf}2:{sf}10
                    {sf}2:fs           | {sf}2:fs
                    ff:                | :ff
                    """)
    void theHeadsRowsAreAllThatLeavesTheLastAttention(String layout, String narrowed) {
        assertThat(Layout.parse(layout).narrowedSteps())
                .isEqualTo(Layout.parse(narrowed).steps());
    }

    @Test
    void onlySparseQueriesHaveFullLengthLayers() {
        assertThat(Layout.parse("{sf}2:{sf}10").fullLengthLayers()).hasValue(2);
        assertThat(Layout.parse("sf:sf").fullLengthLayers()).hasValue(1);
        for (String other :
                new String[] {"{sf}12:", "sfsf{s}10:{f}10", "{sf}2[sf]:sf", ":{sf}2", "{sf}2:ssff", "s:f"}) {
            assertThat(Layout.parse(other).fullLengthLayers()).as(other).isEmpty();
        }
    }

    /** 50,000 strings: half of grammar letters in any order, half sound layouts with one letter changed. */
    @Test
    void randomStringsAreReadBackAsWrittenOrRefusedInOneSentence() {
        long seed = 20_260_101;
        Random random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 50_000; round++) {
            String written = round % 2 == 0 ? letters(random) : mutated(random);
            try {
                Layout layout = Layout.parse(written);
                assertThat(Layout.parse(layout.text()))
                        .as("seed %d: %s", seed, written)
                        .isEqualTo(layout);
                assertThat(Layout.parse(layout.text()).text()).isEqualTo(layout.text());
                assertThat(layout.sublayers().size()).isBetween(1, Layout.MAX_SUBLAYERS);
                read++;
            } catch (UserError error) {
                assertThat(error.getMessage())
                        .as("seed %d: %s", seed, written)
                        .matches("layout '.*': column \\d+: (expected .*, found .*|more than 1000 sublayers .*)");
            }
        }
        assertThat(read).as("seed %d", seed).isGreaterThan(5_000);
    }

    private static String letters(Random random) {
        String letters = "ssssffff{}(){}[]::0123456789x \u0000é";
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(20); length > 0; length--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static String mutated(Random random) {
        String[] sound = {"{sf}12:", "{sf}2:{sf}10", "sfsf{s}10:{f}10", "{sf}5[{sf}6]{sf}1:", "(sf)2[(sf)3]s[ff]:f{sf}7"
        };
        StringBuilder text = new StringBuilder(sound[random.nextInt(sound.length)]);
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
            case 0 -> text.setCharAt(at, "sf{}()[]:0123456789".charAt(random.nextInt(19)));
            case 1 -> text.deleteCharAt(at);
            default -> text.insert(at, "sf{}()[]:0123456789".charAt(random.nextInt(19)));
        }
        return text.toString();
    }
}
