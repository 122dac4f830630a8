package org.narrowbert.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Cli;

class ReportCommandTest {
    private static final Pattern IMAGE = Pattern.compile("data:image/png;base64,([A-Za-z0-9+/=]+)");

    @TempDir
    private Path folder;

    private Path run(String name, double lastLoss, String... options) throws IOException {
        Map<String, String> told = new TreeMap<>(Map.of("output-dir", name, "seed", "42"));
        for (int i = 0; i < options.length; i += 2) {
            told.put(options[i], options[i + 1]);
        }
        return RunFolder.write(folder.resolve(name), lastLoss, told);
    }

    private Path page() {
        return folder.resolve("report.html");
    }

    private Cli report(Object... more) {
        List<String> arguments = new ArrayList<>(List.of("report", "--output-file", page().toString()));
        Arrays.stream(more).map(Object::toString).forEach(arguments::add);
        return Cli.run(arguments.toArray(String[]::new));
    }

    private String reported(Object... more) throws IOException {
        Cli cli = report(more);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        return Files.readString(page());
    }

    @Test
    void writesAPageAndItsPicturesAndSaysWhere() throws IOException {
        Cli cli = report(run("first", 4));
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.out().lines().map(Path::of).toList())
                .containsExactly(
                        page(),
                        folder.resolve("report-loss-by-step.png"),
                        folder.resolve("report-loss-by-time.png"),
                        folder.resolve("report-masked-accuracy.png"),
                        folder.resolve("report-throughput.png"))
                .allSatisfy(file -> assertThat(file).isNotEmptyFile());
    }

    @Test
    void reportsWhatPretrainLeft() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 120; i++) {
            text.append("The cat number ").append(i).append(" sat on the mat and looked at the dog.\n\n");
        }
        Path corpus = Files.writeString(folder.resolve("text.txt"), text);
        Path run = folder.resolve("cats");
        String options = "--validation-split-percentage 10 --max-seq-length 16 --num-hidden-layers 3 --hidden-size 32"
                + " --num-attention-heads 2 --max-steps 6 --logging-steps 2 --eval-steps 3";
        List<String> arguments =
                new ArrayList<>(List.of("pretrain", "--output-dir", run.toString(), "--train-file", corpus.toString()));
        arguments.addAll(List.of(options.split(" ")));
        Cli trained = Cli.run(arguments.toArray(String[]::new));
        assertThat(trained.exitCode()).as(trained.err()).isZero();
        String page = reported(run);
        assertThat(row(page, "cats").get(1)).isEqualTo("6");
        assertThat(page)
                .contains("cats: validation loss from ", " at step 6", "cats: tokens per second from ")
                .contains("memory off the heap", "predicted speed-up", "--learning-rate")
                .doesNotContain("No plan", "No configuration");
    }

    @Test
    void thePageHoldsItsPicturesAndLoadsNothing() throws IOException {
        String page = reported(run("first", 4));
        List<String> images =
                IMAGE.matcher(page).results().map(match -> match.group(1)).toList();
        assertThat(images).hasSize(8);
        for (String image : images) {
            byte[] png = Base64.getDecoder().decode(image);
            assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(1280);
        }
        assertThat(page).doesNotContain("http://", "https://", "<script", "@import", "url(");
        assertThat(page)
                .contains(
                        "alt=\"Loss against steps. first: validation loss from 9.000 at step 0 to 4.000 at step 100\"");
    }

    @Test
    void runsStandSideBySideWithTheirResultsAndTheBestSetOff() throws IOException {
        String page = reported(run("a", 4, "layout", "{sf}6:"), run("b", 4.5, "layout", "{sf}2:{sf}4"));
        assertThat(row(page, "a"))
                .containsExactly(
                        "{sf}6:",
                        "100",
                        "2.50",
                        "10,000",
                        "<strong>4.0000</strong>",
                        "54.60",
                        "<strong>25.00 %</strong>",
                        "20 s",
                        "<strong>500</strong>",
                        "20 %");
        assertThat(row(page, "b")).contains("{sf}2:{sf}4", "4.5000", "90.02");
    }

    @Test
    void theBestOfAFigureIsTheLeastErrorAndOfThresholdsThereIsNone() throws IOException {
        Path first = run("a", 4);
        Path second = run("b", 4);
        Files.writeString(
                first.resolve("eval_results.json"),
                "{\"eval_mse\": 0.25, \"eval_pearson\": 0.5, \"eval_best_f1_thresh\": 1.5}");
        Files.writeString(
                second.resolve("eval_results.json"),
                "{\"eval_mse\": 0.75, \"eval_pearson\": 0.875, \"eval_best_f1_thresh\": 2.5}");
        String page = reported(first, second);
        assertThat(row(page, "a")).contains("<strong>0.2500</strong>", "0.5000", "1.5000");
        assertThat(row(page, "b")).contains("0.7500", "<strong>0.8750</strong>", "2.5000");
    }

    @Test
    void saysInWhatTheRunsDifferAndNotWhereTheyLie() throws IOException {
        String page = reported(
                run("a", 4, "learning-rate", "0.001"), run("b", 4, "learning-rate", "0.002", "warmup-steps", "10"));
        assertThat(row(page, "--learning-rate")).containsExactly("0.001", "0.002");
        assertThat(row(page, "--warmup-steps")).containsExactly("not given", "10");
        String differences = page.substring(page.indexOf("What differs"), page.indexOf("Plan and configuration"));
        assertThat(differences).doesNotContain("--seed", "--output-dir");
        assertThat(reported("--overwrite", run("a", 4), run("b", 4))).contains("The runs were told the same.");
    }

    private static List<String> row(String page, String name) {
        String row = Pattern.compile(
                        "<th scope=\"row\">(?:<span[^>]*></span>)?" + Pattern.quote(name) + "</th>(.*?)</tr>")
                .matcher(page)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElse("");
        return Pattern.compile("<td[^>]*>(.*?)</td>")
                .matcher(row)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    @Test
    void showsPlanAndConfigurationAndSaysWhatIsMissing() throws IOException {
        assertThat(reported(run("a", 4, "layout", "bert")))
                .contains("sum 1.00 GFLOP &lt;of all&gt;")
                .contains("<th scope=\"row\">--layout</th><td>bert</td>");
        Path bare = run("bare", 4);
        Files.delete(bare.resolve("plan.txt"));
        Files.delete(bare.resolve("training_args.yaml"));
        assertThat(reported("--overwrite", bare))
                .contains("No plan: the folder has no plan.txt.")
                .contains("No configuration: the folder has no training_args.yaml.");
        assertThat(reported("--overwrite", bare, run("a", 4)))
                .contains("Not compared, because their folders have no training_args.yaml: bare.");
    }

    @Test
    void whatStandsInNamesAndValuesIsTextAndNotHtml() throws IOException {
        String page = reported(run("<b>&'\"", 4, "layout", "<script>alert(1)</script>"));
        assertThat(page).contains("&lt;b&gt;&amp;&#39;&quot;", "&lt;script&gt;").doesNotContain("<b>", "<script");
    }

    @Test
    void aRunThatIsBeingWrittenIsShownUpToItsLastWholeLine() throws IOException {
        Path run = run("going-on", 4);
        String lines = Files.readString(run.resolve("metrics.jsonl"));
        Files.writeString(run.resolve("metrics.jsonl"), lines.substring(0, lines.length() - 30));
        assertThat(row(reported(run), "going-on")).contains("6.5000");
    }

    @Test
    void picturesGoWhereTheyAreToldTo() throws IOException {
        reported(run("a", 4), "--png-dir", folder.resolve("new/pictures"));
        assertThat(folder.resolve("new/pictures/report-throughput.png")).isNotEmptyFile();
        assertThat(folder.resolve("report-throughput.png")).doesNotExist();
    }

    @Test
    void filesThatExistAreReplacedOnlyWhenAsked() throws IOException {
        Path run = run("a", 4);
        Files.writeString(folder.resolve("report-throughput.png"), "mine");
        refused(2, report(run), "report-throughput.png exists", "--overwrite");
        assertThat(page()).doesNotExist();
        reported(run, "--overwrite");
        assertThat(folder.resolve("report-throughput.png")).isNotEmptyFile();
        refused(2, report(run), "report.html exists");
    }

    @Test
    void foldersThatAreNoRunsAreRefused() throws IOException {
        refused(1, report(folder.resolve("nowhere")), "nowhere does not exist");
        refused(1, report(Files.writeString(folder.resolve("file"), "")), "file is not a folder");
        refused(1, report(Files.createDirectory(folder.resolve("empty"))), "empty has no metrics.jsonl");
        Path run = run("a", 4);
        refused(2, report(run, run), "named twice");
        refused(2, Cli.run("report"), "RUN");
    }

    @Test
    void filesOfARunThatAreNotSoundAreNamedWithTheLine() throws IOException {
        Path run = run("a", 4);
        Path metrics = run.resolve("metrics.jsonl");
        String sound = Files.readString(metrics);
        Files.writeString(metrics, sound.replaceFirst("\"loss\"", "\"los\""));
        refused(1, report(run), "metrics.jsonl line 2", "'loss'");
        Files.writeString(metrics, "");
        refused(1, report(run), "metrics.jsonl has no line yet");
        Files.writeString(metrics, sound);
        Files.writeString(run.resolve("training_args.yaml"), "a: [1\n");
        refused(1, report(run), "training_args.yaml");
        Files.delete(run.resolve("training_args.yaml"));
        Files.write(run.resolve("plan.txt"), new byte[] {(byte) 0xC3, '('});
        refused(1, report(run), "plan.txt is not UTF-8");
        Files.write(run.resolve("plan.txt"), new byte[1_000_001]);
        refused(1, report(run), "plan.txt", "1000000 bytes");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
        Path run = run("a", 4);
        Path file = Files.writeString(folder.resolve("file"), "");
        refused(
                1,
                Cli.run(
                        "report",
                        run.toString(),
                        "--output-file",
                        file.resolve("x.html").toString()),
                "file");
        refused(2, Cli.run("report", run.toString(), "--output-file", folder.toString()), "is a folder", "report.html");
    }

    private static void refused(int exitCode, Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words).doesNotContain("\tat ", "a bug").startsWith("narrowbert: ");
    }
}
