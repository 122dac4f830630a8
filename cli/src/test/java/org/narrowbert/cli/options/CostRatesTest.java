package org.narrowbert.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.cli.Cli;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.model.config.CostModelFile;

class CostRatesTest {
    private static final String[] BASE = {
        "plan", "--size", "base", "--layout", "sparse-queries-2", "--max-seq-length", "128"
    };

    @TempDir
    private Path folder;

    private static Cli plan(String costs) {
        String[] arguments = Arrays.copyOf(BASE, BASE.length + 2);
        arguments[BASE.length] = "--cost-model";
        arguments[BASE.length + 1] = costs;
        return Cli.run(arguments);
    }

    @Test
    void theBuiltInRatesAreThoseOfTheProgram() {
        assertThat(CostRates.of(CostRates.BUILT_IN).model()).isEqualTo(CostModel.TYPICAL);
        assertThat(new CostRates(CostModel.TYPICAL)).hasToString(CostRates.BUILT_IN);
    }

    @Test
    void ratesReadBackFromTheirTextAsTheyWere() {
        CostModel measured = new CostModel(154.25, 61.5, 1234567, 0.125);
        assertThat(CostRates.of(new CostRates(measured).toString()).model()).isEqualTo(measured);
    }

    @Test
    void aPlanChoosesByTheFilesRates() {
        Path slow = folder.resolve("slow.json");
        CostModelFile.write(slow, new CostModel(190, 90, 15, 30), 2);
        Path quick = folder.resolve("quick.json");
        CostModelFile.write(quick, new CostModel(190, 90, 1500, 30), 2);
        assertThat(Cli.run(BASE).out()).contains("narrow attention absorbed");
        assertThat(plan(slow.toString()).out()).contains("narrow attention projected");
        assertThat(plan(quick.toString()).out()).contains("narrow attention absorbed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | product_gigaflops is missing",
                "{\"product_gigaflops\": 1, \"attention_gigaflops\": 0} | attention_gigaflops is 0",
                "{\"product_gigaflops\": \"1\"} | product_gigaflops is \"1\"",
                "[1] | is not a JSON object",
                "{ | is not sound JSON",
            })
    void aFileWithoutRatesIsRefusedInASentence(String content, String sentence) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), content);
        Cli run = plan(file.toString());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(file.toString(), sentence).hasLineCount(1);
        Cli missing = plan(folder.resolve("nowhere.json").toString());
        assertThat(missing.err()).contains("nowhere.json does not exist").hasLineCount(1);
        assertThat(missing.exitCode()).isEqualTo(1);
        Cli told = Cli.run(Map.of("NARROWBERT_COST_MODEL", "nowhere.json"), BASE);
        assertThat(told.err())
                .contains("nowhere.json does not exist (--cost-model is told by", "NARROWBERT_COST_MODEL")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "product=100,attention=x,absorbed=150,memory=30 | are no rates: name a file",
                "product=100,attention=90 | write them as product=190,",
                "'' | '' are no rates",
                "product=0,attention=90,absorbed=150,memory=30 | have one that is not above 0",
            })
    void ratesThatAreMistypedAreRefusedAsACommandLine(String rates, String sentence) {
        Cli run = plan(rates);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("--cost-model", sentence, "--help' for what it takes")
                .hasLineCount(2);
    }

    @Test
    void whatBenchMeasuresAPlanReads() {
        Path file = folder.resolve("rates.json");
        Cli run = Cli.run("bench", "--calibrate", file.toString(), "--warm-up", "0", "--threads", "2");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("large products", "written to " + file);
        CostModel measured = CostModelFile.read(file);
        assertThat(measured.absorbedGigaflops()).isPositive();
        assertThat(plan(file.toString()).exitCode()).isZero();
    }
}
