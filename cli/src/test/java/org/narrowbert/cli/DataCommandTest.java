package org.narrowbert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataCommandTest {
    @TempDir
    private Path folder;

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private void text() throws IOException {
        StringBuilder text = new StringBuilder();
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String sentence = "The cat number " + i + " sat on the mat and looked at the dog.";
            text.append(sentence).append("\n\n");
            lines.append("{\"body\": \"").append(sentence).append("\"}\n");
        }
        Files.createDirectories(folder.resolve("texts"));
        Files.writeString(folder.resolve("texts/a.txt"), text);
        Files.writeString(folder.resolve("texts/b.jsonl"), lines);
    }

    private Cli prepare(String output, String... more) throws IOException {
        text();
        return run(List.of("data", "prepare", "--output-dir", path(output)), more);
    }

    private static Cli run(List<String> first, String... more) {
        return Cli.run(Stream.concat(first.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private Cli pretrain(String output, String... more) {
        return run(
                List.of(
                        "pretrain",
                        "--output-dir",
                        path(output),
                        "--max-seq-length",
                        "16",
                        "--num-hidden-layers",
                        "3",
                        "--hidden-size",
                        "32",
                        "--num-attention-heads",
                        "2",
                        "--max-steps",
                        "3"),
                more);
    }

    @Test
    void textIsPreparedOnceAndTrainedOnWithItsOwnTokenizer() throws IOException {
        Cli prepared = prepare("data", "--train-file", path("texts/*.txt"), "--validation-split-percentage", "10");
        assertThat(prepared.exitCode()).as(prepared.err()).isZero();
        assertThat(prepared.out())
                .contains("text     " + path("texts/a.txt"), " tokens, which will take", " kB in ", "MB are free")
                .containsPattern("train +1\\d\\d documents, \\d,\\d+ tokens")
                .contains("pretrain --train-data");
        assertThat(folder.resolve("data/tokenizer.json")).isRegularFile();

        Cli onPrepared = pretrain("one", "--train-data", path("data"));
        Cli onText = pretrain(
                "two", "--train-file", path("texts/a.txt"), "--validation-split-percentage", "10", "--threads", "3");
        assertThat(onPrepared.exitCode()).as(onPrepared.err()).isZero();
        assertThat(onText.exitCode()).as(onText.err()).isZero();
        assertThat(Files.readAllBytes(folder.resolve("one/model.safetensors")))
                .isEqualTo(Files.readAllBytes(folder.resolve("two/model.safetensors")));
        assertThat(folder.resolve("two/data/dataset.json")).isRegularFile();
        assertThat(folder.resolve("one/data")).doesNotExist();
    }

    @Test
    void wholeDocumentsWholeWordsAndStaticMasksCanBeTrainedOn() throws IOException {
        text();
        List<String> what = List.of("--train-file", path("texts/a.txt"), "--whole-word-mask", "--masking", "static");
        Cli lines = pretrain(
                "lines",
                Stream.concat(what.stream(), Stream.of("--line-by-line")).toArray(String[]::new));
        assertThat(lines.exitCode()).as(lines.err()).isZero();
        assertThat(lines.out()).containsPattern("19\\d documents of at most 16 tokens");
        Cli packs = pretrain(
                "packs",
                Stream.concat(what.stream(), Stream.of("--pack-sequences", "--max-seq-length", "64"))
                        .toArray(String[]::new));
        assertThat(packs.exitCode()).as(packs.err()).isZero();
        assertThat(packs.out()).containsPattern("\\d\\d packs of whole documents of at most 6\\d tokens to train on");
        refused(2, pretrain("run", "--line-by-line", "--pack-sequences"), "are both given");
    }

    @Test
    void foldersOfSeveralFormatsNeedTheirColumn() throws IOException {
        refused(1, prepare("data", "--train-file", path("texts")), "b.jsonl, line 1, has no field 'text'", "body");
        Cli run = prepare("data", "--train-file", path("texts"), "--text-column", "body", "--threads", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("2 files from " + path("texts/a.txt"));
    }

    @Test
    void statisticsOfPreparedTextAndOfTextAgree() throws IOException {
        assertThat(prepare("data", "--train-file", path("texts/a.txt"), "--validation-split-percentage", "0")
                        .exitCode())
                .isZero();
        Cli people = run(List.of("data", "stats", path("data")), "--max-seq-length", "16", "--top", "3");
        assertThat(people.exitCode()).as(people.err()).isZero();
        assertThat(people.out())
                .containsPattern("documents +200\n")
                .containsPattern("blocks of 16 +\\d\\d\\d\n")
                .contains("(train)", "(validation)", "[UNK]", "most frequent tokens", "####", "longest")
                .containsPattern(" the +600 ");
        JsonMapper json = JsonMapper.builder().build();
        Cli prepared = run(List.of("data", "stats", path("data"), "--json"));
        Cli text = run(List.of("data", "stats", "--train-file", path("texts/a.txt"), "--json", "--threads", "2"));
        JsonNode ofPrepared = json.readTree(prepared.out());
        assertThat(ofPrepared.path("train")).isEqualTo(json.readTree(text.out()).path("all"));
        assertThat(ofPrepared.path("train").path("documents").asInt()).isEqualTo(200);
        assertThat(ofPrepared.path("validation").path("tokens").asInt()).isZero();
    }

    @Test
    void statisticsOfNothingSoundAreRefused() throws IOException {
        assertThat(prepare("data", "--train-file", path("texts/a.txt")).exitCode())
                .isZero();
        List<String> stats = List.of("data", "stats", path("data"));
        refused(2, run(stats, "--train-file", path("texts/a.txt")), "and --train-file are both given: choose one");
        refused(2, run(stats, "--tokenizer", path("data")), "and --tokenizer are both given: choose one");
        refused(2, run(stats, "--max-seq-length", "0"), "--max-seq-length is 0: it must be 1 or more");
        refused(2, run(stats, "--top", "-1"), "--top is -1: it must be 0 or more");
        refused(2, run(stats, "--threads", "0"), "--threads is 0");
        refused(1, run(List.of("data", "stats", path("texts"))), "has no dataset.json");
        refused(1, run(List.of("data", "stats", path("nowhere"))), "has no dataset.json");
        Path shard = folder.resolve("data/train-00000.bin");
        byte[] bytes = Files.readAllBytes(shard);
        bytes[7] ^= 1;
        Files.write(shard, bytes);
        Cli damaged = run(stats, "--json");
        refused(1, damaged, shard + ", bytes 0 to " + (bytes.length - 1) + ", were changed");
        assertThat(damaged.out()).isEmpty();
        refused(1, pretrain("run", "--train-data", path("data")), shard + ", bytes 0 to " + (bytes.length - 1));
    }

    @Test
    void wrongOptionsAndFoldersAreRefused() throws IOException {
        assertThat(prepare("data", "--train-file", path("texts/a.txt")).exitCode())
                .isZero();
        refused(2, prepare("data", "--train-file", path("texts/a.txt")), "exists already");
        assertThat(prepare("data", "--train-file", path("texts/a.txt"), "--overwrite-output-dir")
                        .exitCode())
                .isZero();
        refused(
                2,
                prepare("texts", "--train-file", path("texts/a.txt"), "--overwrite-output-dir"),
                "that would delete a.txt");
        assertThat(folder.resolve("texts/a.txt")).isRegularFile();
        refused(2, prepare("other", "--threads", "0"), "--threads is 0");
        refused(2, prepare("other", "--validation-split-percentage", "100"), "--validation-split-percentage is 100.0");
        refused(2, prepare("other", "--encoding-errors", "guess"), "--encoding-errors");
        refused(
                2,
                pretrain("run", "--train-data", path("data"), "--train-file", path("texts/a.txt")),
                "--train-data and --train-file are both given");
        refused(1, pretrain("run", "--train-data", path("texts")), "has no dataset.json", "data prepare");
        Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n");
        refused(
                2,
                pretrain("run", "--train-data", path("data"), "--tokenizer", path("vocab.txt")),
                "was prepared with another tokenizer");
        Path tokenizer = folder.resolve("data/tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"the\"", "\"thx\""));
        refused(1, pretrain("run", "--train-data", path("data")), "was changed after the text was prepared with it");
        assertThat(folder.resolve("run")).doesNotExist();
        assertThat(folder.resolve("other")).doesNotExist();
    }

    private static void refused(int exitCode, Cli run, String... words) {
        assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(words).doesNotContain("\tat ", "a bug").startsWith("narrowbert: ");
    }
}
