package org.narrowbert.model.task.reading;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.narrowbert.model.data.text.WordNetGloss;
import org.narrowbert.model.table.Cell;
import org.narrowbert.model.task.example.LabelledSet;
import org.narrowbert.model.task.example.TaskKind;
import org.narrowbert.model.task.example.TextExample;

/**
 * The task that comes along: which of WordNet's 45 lexicographers' files a gloss is from. A gloss that repeats another word for word is left out.
 * Any other file is a table of texts, with these categories for labels.
 */
public record WordNetCategories() implements ExampleFormat {
    /** What stands for a file. */
    private static final Path SOURCE = Path.of("WordNet 3.1 glosses");

    @Override
    public Optional<Path> embedded() {
        return Optional.of(SOURCE);
    }

    @Override
    public LabelledSet<TextExample> read(Path source, LabelNames labels, boolean labelled) {
        if (!source.equals(SOURCE)) {
            return new TextTable(TaskKind.SINGLE_LABEL, TableColumns.usual()).read(source, labels, labelled);
        }
        List<WordNetGloss> glosses = WordNetGloss.all();
        TextCollector collector = new TextCollector(source, TaskKind.SINGLE_LABEL, labels, labelled, Optional.empty());
        Set<String> texts = new HashSet<>();
        for (WordNetGloss gloss : glosses) {
            if (texts.add(gloss.text())) {
                collector.add(gloss.text(), Optional.empty(), new Cell.One(gloss.category()), source.toString());
            }
        }
        return collector.finish(new ReadingCounts());
    }
}
