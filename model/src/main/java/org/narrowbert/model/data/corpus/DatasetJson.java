package org.narrowbert.model.data.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.files.DurableFile;
import org.narrowbert.model.json.JsonFields;
import org.narrowbert.model.json.StrictJson;
import org.narrowbert.model.tokenizer.TokenizerFiles;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The file dataset.json, by which a folder is known as prepared text. */
final class DatasetJson {
    static final String NAME = "dataset.json";

    private static final Pattern SHARDS = Pattern.compile("(train|validation)-\\d+\\.(bin|idx)");
    private static final String FORMAT = "narrowbert-tokens";
    private static final int VERSION = 1;

    /** Sizes of vocabularies end here, as token ids of models do. */
    private static final int LARGEST_VOCABULARY = 1 << 30;

    private DatasetJson() {}

    /** Whether a folder of prepared text has a file of such a name. */
    static boolean isOfPreparedText(String name) {
        return name.equals(NAME)
                || TokenizerFiles.NAMES.contains(name)
                || SHARDS.matcher(name).matches();
    }

    static void write(Path folder, Dataset dataset) {
        ObjectNode json = StrictJson.object();
        json.put("format", FORMAT).put("version", VERSION);
        json.put("vocabulary_size", dataset.vocabularySize()).put("tokenizer", dataset.tokenizer());
        write(dataset.text(), json.putObject("text"));
        dataset.validationText().ifPresent(text -> write(text, json.putObject("validation_text")));
        json.putObject("validation_split")
                .put("share", dataset.split().share())
                .put("seed", dataset.split().seed());
        write(dataset.training(), json.putObject("train"));
        write(dataset.validation(), json.putObject("validation"));
        DurableFile.write(folder.resolve(NAME), StrictJson.write(json));
    }

    private static void write(Dataset.Source source, ObjectNode json) {
        json.put("name", source.name()).put("files", source.files()).put("bytes", source.bytes());
    }

    private static void write(List<Shard> shards, ObjectNode json) {
        json.put("documents", shards.stream().mapToLong(Shard::documents).sum());
        json.put("tokens", shards.stream().mapToLong(Shard::tokens).sum());
        ArrayNode list = json.putArray("shards");
        for (Shard shard : shards) {
            ObjectNode one = list.addObject();
            one.put("documents", shard.documents()).put("tokens", shard.tokens());
            write(shard.ids(), one.putObject("ids"));
            write(shard.index(), one.putObject("index"));
        }
    }

    private static void write(DatasetFile file, ObjectNode json) {
        StringBuilder checksums = new StringBuilder();
        for (int checksum : file.checksums()) {
            checksums.append("%08x".formatted(checksum));
        }
        json.put("name", file.name()).put("bytes", file.bytes()).put("crc32c_of_each_mib", checksums.toString());
    }

    /** Refuses a folder that is not one of prepared text. */
    static void check(Path folder) {
        if (!Files.exists(folder.resolve(NAME))) {
            throw new RunError(folder + " is not prepared text, it has no " + NAME
                    + ": make a folder of prepared text with `narrowbert data prepare`");
        }
    }

    /**
     * Reads what a folder says of itself. Everything is checked that can be without the other files.
     *
     * @throws RunError if it has no dataset.json or a wrong one
     */
    static Dataset read(Path folder) {
        check(folder);
        Path file = folder.resolve(NAME);
        JsonFields json = JsonFields.of(
                StrictJson.readObject(file),
                (key, expected, found) ->
                        new RunError(file + " is wrong: " + key + " is not " + expected + "; prepare the text again"));
        if (!json.text("format").equals(FORMAT)) {
            throw new RunError(file + " is of the format '" + json.text("format") + "', not " + FORMAT
                    + ": name a folder of prepared text");
        }
        if (json.whole("version", Integer.MAX_VALUE) != VERSION) {
            throw new RunError(file + " is of version " + json.whole("version", Integer.MAX_VALUE)
                    + ", this program reads version " + VERSION + ": prepare the text again");
        }
        int vocabularySize = (int) json.whole("vocabulary_size", LARGEST_VOCABULARY);
        JsonFields split = json.object("validation_split");
        double share = split.number("share");
        if (!(share >= 0 && share < 1)) {
            throw split.wrong("share", "a number from 0 to below 1");
        }
        return new Dataset(
                vocabularySize,
                json.text("tokenizer"),
                source(json.object("text")),
                json.has("validation_text") ? Optional.of(source(json.object("validation_text"))) : Optional.empty(),
                new ValidationSplit(share, split.whole("seed")),
                shards(json.object("train"), "train", vocabularySize),
                shards(json.object("validation"), "validation", vocabularySize));
    }

    private static Dataset.Source source(JsonFields json) {
        return new Dataset.Source(
                json.text("name"), json.whole("files", Long.MAX_VALUE), json.whole("bytes", Long.MAX_VALUE));
    }

    private static List<Shard> shards(JsonFields json, String split, int vocabularySize) {
        List<JsonFields> list = json.list("shards");
        List<Shard> shards = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            shards.add(shard(list.get(i), split, i, Shard.width(vocabularySize)));
        }
        checkTotal(
                json, "documents", shards.stream().mapToLong(Shard::documents).sum());
        checkTotal(json, "tokens", shards.stream().mapToLong(Shard::tokens).sum());
        return shards;
    }

    /** Totals stand in the file for its readers; a wrong one means that it was changed. */
    private static void checkTotal(JsonFields json, String key, long total) {
        if (json.whole(key) != total) {
            throw json.wrong(key, "the " + total + " of its shards");
        }
    }

    private static Shard shard(JsonFields json, String split, int number, int width) {
        long documents = json.whole("documents", 1L << 31);
        long tokens = json.whole("tokens", 1L << 40);
        if (documents == 0 || tokens == 0) {
            throw json.wrong("documents", "the number of documents of a shard, none of which is empty");
        }
        return new Shard(
                documents,
                tokens,
                file(json.object("ids"), Shard.fileName(split, number, ".bin"), tokens * width),
                file(json.object("index"), Shard.fileName(split, number, ".idx"), Shard.indexBytes(documents)));
    }

    private static DatasetFile file(JsonFields json, String name, long bytes) {
        if (!json.text("name").equals(name)) {
            throw json.wrong("name", name);
        }
        if (json.whole("bytes", Long.MAX_VALUE) != bytes) {
            throw json.wrong("bytes", "the " + bytes + " that so many documents and tokens take");
        }
        String checksums = json.text("crc32c_of_each_mib");
        int count = DatasetFile.chunks(bytes);
        if (checksums.length() != 8L * count || !checksums.matches("[0-9a-f]*")) {
            throw json.wrong("crc32c_of_each_mib", count + " checksums of 8 hexadecimal digits");
        }
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = Integer.parseUnsignedInt(checksums, 8 * i, 8 * i + 8, 16);
        }
        return new DatasetFile(name, bytes, values);
    }
}
