package org.narrowbert.model.tokenizer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.narrowbert.engine.error.RunError;

/** The tokens of a tokenizer in the order of their ids, from 0 without holes, each once. */
public final class Vocabulary {
    /** Most bytes of a vocabulary or tokenizer file. */
    static final long FILE_LIMIT = 100_000_000;

    private static final int TOKEN_LIMIT = 100_000;

    private final List<String> tokens;
    private final Map<String, Integer> ids;

    private Vocabulary(List<String> tokens, Map<String, Integer> ids) {
        this.tokens = tokens;
        this.ids = ids;
    }

    /**
     * A vocabulary of the given tokens.
     *
     * @param where the file that an error names; line numbers in it are ids + 1
     * @throws RunError if there is no token, or one is empty, too long or there twice
     */
    static Vocabulary of(List<String> tokens, String where) {
        if (tokens.isEmpty()) {
            throw new RunError(where + " has no tokens: a vocabulary has one token a line");
        }
        Map<String, Integer> ids = HashMap.newHashMap(tokens.size());
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            if (token.isEmpty() || token.length() > TOKEN_LIMIT) {
                throw new RunError("line " + (id + 1) + " of " + where + " has " + token.length()
                        + " characters: a vocabulary has one token of 1 to " + TOKEN_LIMIT + " characters a line");
            }
            Integer earlier = ids.put(token, id);
            if (earlier != null) {
                throw new RunError("line " + (id + 1) + " of " + where + " repeats the token '" + token + "' of line "
                        + (earlier + 1) + ": remove one, each token has one id");
            }
        }
        return new Vocabulary(List.copyOf(tokens), ids);
    }

    /** Reads a vocab.txt: one token a line, UTF-8, the id is the line number from 0; blank lines at the end do not count. */
    static Vocabulary read(Path file) {
        List<String> lines = new ArrayList<>(Arrays.asList(readText(file).split("\n", -1)));
        lines.replaceAll(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return of(lines, file.toString());
    }

    /** Reads a small text file whole, refusing what is not UTF-8 with the offset of the first bad byte. */
    static String readText(Path file) {
        try {
            if (Files.size(file) > FILE_LIMIT) {
                throw new RunError(file + " has " + Files.size(file) + " bytes, more than the " + FILE_LIMIT
                        + " that a tokenizer file may have");
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            try {
                return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            } catch (CharacterCodingException e) {
                throw new RunError(
                        file + " is not UTF-8 text: byte " + bytes.position()
                                + " cannot be decoded; convert it to UTF-8",
                        e);
            }
        } catch (NoSuchFileException e) {
            throw new RunError("there is no file " + file, e);
        } catch (IOException e) {
            throw new RunError("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Number of tokens. */
    public int size() {
        return tokens.size();
    }

    /** The tokens, in the order of their ids. */
    public List<String> tokens() {
        return tokens;
    }

    /** The token of an id from 0 to {@code size() - 1}. */
    public String token(int id) {
        return tokens.get(id);
    }

    /** The id of a token. */
    public Optional<Integer> id(String token) {
        return Optional.ofNullable(ids.get(token));
    }
}
