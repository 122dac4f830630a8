package org.narrowbert.model.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.error.UserError;

class PresetsTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
        bert, 12, {sf}12:
        sparse-queries, 12, {sf}2:{sf}10
        sparse-queries-1, 12, {sf}1:{sf}11
        sparse-queries-11, 12, {sf}11:{sf}1
        context-first, 12, sfsf{s}10:{f}10
        context-first, 3, sfsf{s}1:{f}1
        token-dropping, 12, {sf}5[{sf}6]{sf}1:
        token-dropping, 6, {sf}2[{sf}3]{sf}1:
        token-dropping, 5, {sf}1[{sf}3]{sf}1:
        token-dropping, 2, [{sf}1]{sf}1:
        {sf}3:sf, 12, {sf}3:sf
        """)
    void aNameMakesItsLayoutForTheDepthAndAStringIsItself(String name, int layers, String layout) {
        assertThat(Presets.layout(name, layers).source()).isEqualTo(layout);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sparse-queries-2 | 2 | needs at least 3 layers, but the model has 2: choose --layout sparse-queries-1",
                "sparse-queries-2 | 1 | needs at least 3 layers, but the model has 1: choose --layout bert",
                "context-first | 2 | needs at least 3 layers, but the model has 2: choose --layout bert",
                "token-dropping | 1 | needs at least 2 layers, but the model has 1: choose --layout bert",
            })
    void aNameThatNeedsMoreLayersSaysHowManyAndWhatElseToTake(String name, int layers, String message) {
        assertThatThrownBy(() -> Presets.layout(name, layers))
                .hasMessage("layout " + name + " " + message + ", or more layers");
    }

    @ParameterizedTest
    @CsvSource({"sparse-queries-0", "sparse-queries-", "sparse-queries-01", "sparse-queries-two", "sparse-queries-12345"
    })
    void sparseQueriesSayWhatTheirNumberMayBe(String name) {
        assertThatThrownBy(() -> Presets.layout(name, 6))
                .isInstanceOf(UserError.class)
                .hasMessage("layout '" + name + "': K in sparse-queries-K is how many layers are full, a whole number"
                        + " from 1 and less than the model's 6 layers");
    }

    @ParameterizedTest
    @CsvSource({"bert-12, bert", "context-first-0, context-first", "token-dropping-2, token-dropping"})
    void aNameThatTakesNoNumberSaysSo(String name, String plain) {
        assertThatThrownBy(() -> Presets.layout(name, 6))
                .isInstanceOf(UserError.class)
                .hasMessage("layout '" + name + "': " + plain + " takes no number: choose --layout " + plain);
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNamesThereAre() {
        assertThatThrownBy(() -> Presets.layout("sparse-querries-2", 12))
                .hasMessage("layout 'sparse-querries-2': column 2: expected 's', 'f', '{', '(', '[' or ':', found 'p'"
                        + " (and the named layouts are bert, sparse-queries-K, context-first, token-dropping)");
        assertThatThrownBy(() -> Presets.layout("{sf}2x", 12)).hasMessageEndingWith("found 'x'");
    }
}
