package org.narrowbert.model.task.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.task.Task;
import org.narrowbert.model.task.example.ChoiceExample;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.Target;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;

/** Tables with named columns, folders of texts, reviews with stars, and choices. */
class TextTablesTest {
    @TempDir
    Path folder;

    private Path file(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private static Task task(TaskKind kind) {
        return Task.ofTexts(kind, TableColumns.usual());
    }

    private static List<Target> targets(LabelledSet<?> set) {
        return set.of(TextExample.class).examples().stream()
                .map(TextExample::target)
                .toList();
    }

    private static List<String> texts(LabelledSet<?> set) {
        return set.of(TextExample.class).examples().stream()
                .map(TextExample::text)
                .toList();
    }

    @Test
    void labelsAreCollectedAndSorted() throws IOException {
        LabelledSet<?> set = task(TaskKind.SINGLE_LABEL)
                .read(file("a.csv", "text,label", "a,sports", "b,arts", "c,sports", "d,news"));
        assertThat(set.labels()).containsExactly("arts", "news", "sports");
        assertThat(targets(set))
                .containsExactly(new Target.Label(2), new Target.Label(0), new Target.Label(2), new Target.Label(1));
    }

    @Test
    void aColumnOfMoreLabelsThanAnyoneLearnsIsRefused() throws IOException {
        String[] lines = Stream.concat(
                        Stream.of("text,id"),
                        IntStream.rangeClosed(0, LabelNames.MOST).mapToObj(i -> "a,i" + i))
                .toArray(String[]::new);
        Path file = file("a.csv", lines);
        Task byId = Task.ofTexts(
                TaskKind.SINGLE_LABEL, new TableColumns(Optional.empty(), Optional.empty(), "id", Optional.empty()));
        assertThatThrownBy(() -> byId.read(file))
                .isInstanceOf(RunError.class)
                .hasMessage(file + ", line 10002, has the label 'i10000' beside 10,000 others: so many are not learned,"
                        + " name a column of labels (--label-column), or learn numbers (--problem-type regression)");
    }

    @Test
    void labelsThatAreWholeNumbersAreSortedByNumber() throws IOException {
        LabelledSet<?> set = task(TaskKind.SINGLE_LABEL)
                .read(file("a.jsonl", "{\"text\":\"a\",\"label\":10}", "{\"text\":\"b\",\"label\":9}"));
        assertThat(set.labels()).containsExactly("9", "10");
        assertThat(targets(set)).containsExactly(new Target.Label(1), new Target.Label(0));
    }

    @Test
    void aLabelThatWasNeverSeenIsRefusedWithTheNearest() throws IOException {
        Path file = file("a.csv", "text,label", "a,sprots");
        assertThatThrownBy(() -> task(TaskKind.SINGLE_LABEL).read(file, List.of("arts", "sports")))
                .isInstanceOf(RunError.class)
                .hasMessage(
                        file + ", line 2, has the label 'sprots', and the labels are arts, sports: mend the label, or"
                                + " learn from a file that has it");
        List<String> many = List.of("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", "b1", "b2", "b3", "sports");
        assertThatThrownBy(() -> task(TaskKind.SINGLE_LABEL).read(file, many))
                .hasMessageContaining("the labels are 13 others, of which the nearest is sports: mend");
    }

    @Test
    void whatAFileSaysCannotEndASentenceOrMoveATerminalsCursor() throws IOException {
        Path file = file("a.csv", "text,\"la\nbel\",label", "a,b,\"\u001B[2J\nx\"");
        assertThatThrownBy(() -> task(TaskKind.SINGLE_LABEL).read(file, List.of("y")))
                .hasMessageContaining("has the label '?[2J?x', and the labels are y");
        assertThatThrownBy(() -> Task.named("amazon-5").read(file))
                .hasMessageContaining("its columns are text, la?bel, label");
    }

    @Test
    void numbersCountAsLabelsInTheirOrderAndThatIsTold() throws IOException {
        Path file = file("a.csv", "text,label", "a,1", "b,0");
        LabelledSet<?> set = task(TaskKind.SINGLE_LABEL).read(file, List.of("negative", "positive"));
        assertThat(targets(set)).containsExactly(new Target.Label(1), new Target.Label(0));
        assertThat(set.notes()).containsExactly(file + " has numbers for labels: 0 is taken as negative, and so on.");
        Path beyond = file("b.csv", "text,label", "a,2");
        assertThatThrownBy(() -> task(TaskKind.SINGLE_LABEL).read(beyond, List.of("negative", "positive")))
                .hasMessageContaining("has the label '2', and the labels are negative, positive");
    }

    @Test
    void pairsAreTakenByTheirUsualOrTheirOwnNames() throws IOException {
        Path file = file("a.csv", "sentence1,sentence2,label", "a,b,1");
        assertThat(task(TaskKind.SINGLE_LABEL).read(file).examples())
                .isEqualTo(List.of(new TextExample("a", Optional.of("b"), new Target.Label(0))));
        TableColumns columns = new TableColumns(
                Optional.of("sentence2"), Optional.of("sentence1"), TableColumns.LABEL, Optional.empty());
        assertThat(Task.ofTexts(TaskKind.SINGLE_LABEL, columns).read(file).examples())
                .isEqualTo(List.of(new TextExample("b", Optional.of("a"), new Target.Label(0))));
    }

    @Test
    void aTableWithoutTheUsualColumnsAsksForTheirNames() throws IOException {
        Path file = file("a.csv", "body,label", "a,1");
        assertThatThrownBy(() -> task(TaskKind.SINGLE_LABEL).read(file))
                .isInstanceOf(RunError.class)
                .hasMessage(file + " has no column sentence1, sentence, text, its columns are body, label: name the"
                        + " column with the text with --text-column");
    }

    @Test
    void numbersAreReadWhenAskedFor() throws IOException {
        LabelledSet<?> set = task(TaskKind.REGRESSION).read(file("a.csv", "text,label", "a,-1.5e2", "b,3"));
        assertThat(targets(set)).containsExactly(new Target.Value(-150), new Target.Value(3));
        assertThat(set.labels()).isEmpty();
        Path infinite = file("b.csv", "text,label", "a,Infinity");
        assertThatThrownBy(() -> task(TaskKind.REGRESSION).read(infinite))
                .hasMessageContaining("line 2, has the label 'Infinity' where a number belongs");
    }

    @Test
    void severalLabelsStandInAListOrApartBySeparators() throws IOException {
        LabelledSet<?> list = task(TaskKind.MULTI_LABEL)
                .read(file("a.jsonl", "{\"text\":\"a\",\"label\":[\"y\",\"x\"]}", "{\"text\":\"b\",\"label\":[]}"));
        assertThat(list.labels()).containsExactly("x", "y");
        assertThat(targets(list)).containsExactly(new Target.Labels(List.of(0, 1)), new Target.Labels(List.of()));
        TableColumns columns = new TableColumns(Optional.empty(), Optional.empty(), "genres", Optional.of("|"));
        LabelledSet<?> separated = Task.ofTexts(TaskKind.MULTI_LABEL, columns)
                .read(file("a.csv", "text,genres", "a,war | comedy", "b,", "c,war|war"));
        assertThat(separated.labels()).containsExactly("comedy", "war");
        assertThat(targets(separated))
                .containsExactly(
                        new Target.Labels(List.of(0, 1)), new Target.Labels(List.of()), new Target.Labels(List.of(1)));
    }

    @Test
    void aListWhereOneLabelBelongsIsRefused() throws IOException {
        Path file = file("a.jsonl", "{\"text\":\"a\",\"label\":[\"y\",\"x\"]}");
        assertThatThrownBy(() -> task(TaskKind.SINGLE_LABEL).read(file))
                .hasMessage(file + ", line 1, has 2 labels, and the task is of one: say that it is of several");
    }

    @Test
    void aRowWithoutTextIsRefused() throws IOException {
        Path file = file("a.jsonl", "{\"text\":\"\",\"label\":1}", "{\"text\":null,\"label\":1}");
        assertThatThrownBy(() -> task(TaskKind.SINGLE_LABEL).read(file))
                .hasMessage(file + ", line 2, has no text in its column 'text': every row must have one, which may be"
                        + " empty");
    }

    @Test
    void textsToPredictNeedNoLabel() throws IOException {
        Task task = task(TaskKind.SINGLE_LABEL);
        List<String> labels = List.of("no", "yes");
        assertThat(targets(task.readForPrediction(file("a.csv", "text", "a"), labels)))
                .containsExactly(new Target.Unknown());
        assertThat(targets(task.readForPrediction(file("b.csv", "text,label", "a,-1", "b,yes"), labels)))
                .containsExactly(new Target.Unknown(), new Target.Label(1));
    }

    @Test
    void aFolderOfFoldersHasALabelForEach() throws IOException {
        file("reviews/pos/b.txt", "good", "film");
        file("reviews/pos/a.txt", "great");
        file("reviews/neg/c.txt", "bad");
        file("reviews/.cache/x.txt", "nothing");
        LabelledSet<?> set = task(TaskKind.SINGLE_LABEL).read(folder.resolve("reviews"));
        assertThat(set.labels()).containsExactly("neg", "pos");
        assertThat(texts(set)).containsExactly("bad", "great", "good\nfilm");
        assertThat(targets(set)).containsExactly(new Target.Label(0), new Target.Label(1), new Target.Label(1));
    }

    @Test
    void imdbsReviewsLoseTheirLineBreaksAndThoseWithoutLabel() throws IOException {
        file("aclImdb/train/pos/0_9.txt", "Good.<br /><br />Very.");
        file("aclImdb/train/neg/0_3.txt", "Bad.");
        file("aclImdb/train/unsup/0_0.txt", "Who knows.");
        Task imdb = Task.named("imdb");
        LabelledSet<?> set = imdb.read(imdb.files(folder).train().orElseThrow());
        assertThat(texts(set)).containsExactly("Bad.", "Good.\n\nVery.");
        assertThat(targets(set)).containsExactly(new Target.Label(0), new Target.Label(1));
    }

    @Test
    void reviewsBecomeTwoOrFiveClasses() throws IOException {
        Path file = file(
                "dataset_en_train.json",
                "{\"review_id\":\"x\",\"stars\":\"5\",\"review_body\":\"b5\",\"review_title\":\"t5\"}",
                "{\"review_id\":\"y\",\"stars\":\"3\",\"review_body\":\"b3\",\"review_title\":\"t3\"}",
                "{\"review_id\":\"z\",\"stars\":\"1\",\"review_body\":\"b1\",\"review_title\":\"t1\"}");
        LabelledSet<?> two = Task.named("amazon-2").read(file);
        assertThat(two.labels()).containsExactly("negative", "positive");
        assertThat(two.examples())
                .isEqualTo(List.of(
                        new TextExample("t5", Optional.of("b5"), new Target.Label(1)),
                        new TextExample("t1", Optional.of("b1"), new Target.Label(0))));
        assertThat(two.notes())
                .containsExactly("1 reviews of three stars were left out, first at " + file + ", line 2.");
        LabelledSet<?> all = Task.named("amazon-2").readForPrediction(file, two.labels());
        assertThat(texts(all))
                .as("predictions are told apart by the numbers of their rows")
                .containsExactly("t5", "t3", "t1");
        assertThat(targets(all)).containsExactly(new Target.Label(1), new Target.Unknown(), new Target.Label(0));
        assertThat(all.notes()).isEmpty();
        assertThat(targets(Task.named("amazon-5").read(file)))
                .containsExactly(new Target.Label(4), new Target.Label(2), new Target.Label(0));
        assertThat(Task.named("amazon-5").files(folder).train()).contains(file);
    }

    @Test
    void reviewsAreFoundByTheOtherNamesOfTheirColumns() throws IOException {
        assertThat(Task.named("amazon-5")
                        .read(file("a.csv", ",star_rating,review_headline,review_body", "0,4,\"t, t\",b"))
                        .examples())
                .isEqualTo(List.of(new TextExample("t, t", Optional.of("b"), new Target.Label(3))));
        assertThat(Task.named("amazon-5")
                        .read(file("a.jsonl", "{\"rating\": 4.0, \"title\": \"t\", \"text\": \"b\"}"))
                        .examples())
                .isEqualTo(List.of(new TextExample("t", Optional.of("b"), new Target.Label(3))));
        Path wrong = file("b.csv", "stars,title,body", "6,t,b");
        assertThatThrownBy(() -> Task.named("amazon-5").read(wrong))
                .hasMessage(wrong + ", line 2, has '6' stars, where a whole number from 1 to 5 belongs: mend it");
        Path missing = file("c.csv", "stars,body", "1,b");
        assertThatThrownBy(() -> Task.named("amazon-5").read(missing))
                .hasMessage(missing + " has no column of the review's title (review_title, review_headline, title,"
                        + " summary), its columns are stars, body: name a file of reviews, or give the columns' names"
                        + " without a task's");
    }

    @Test
    void choicesBeginAsSwagHasThem() throws IOException {
        Path file = file(
                "swag.csv",
                ",video-id,sent1,sent2,ending0,ending1,ending2,ending3,label",
                "0,v,\"She opens, slowly.\",She,runs.,sits.,eats.,sings.,2");
        assertThat(Task.ofChoices().read(file).examples())
                .isEqualTo(List.of(new ChoiceExample(
                        "She opens, slowly.",
                        List.of("She runs.", "She sits.", "She eats.", "She sings."),
                        OptionalInt.of(2))));
        Path wrong = file("wrong.csv", "sent1,sent2,ending0,ending1,ending2,ending3,label", "a,b,c,d,e,f,4");
        assertThatThrownBy(() -> Task.ofChoices().read(wrong))
                .hasMessage(
                        wrong + ", line 2, has the label '4', where the number of a choice belongs, from 0 to 3: mend"
                                + " it");
    }
}
