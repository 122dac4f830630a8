package org.narrowbert.model.tokenizer;

import java.util.List;
import org.narrowbert.engine.error.RunError;

/**
 * The ids of the five tokens that BERT gives a meaning of their own, found by name.
 *
 * @param pad id of [PAD]
 * @param unk id of [UNK], the word that the vocabulary cannot spell
 * @param cls id of [CLS], which begins a text
 * @param sep id of [SEP], which ends a text
 * @param mask id of [MASK]
 */
public record SpecialTokens(int pad, int unk, int cls, int sep, int mask) {
    /** The names in the order of the record's components, which is also the order in which a trained vocabulary begins. */
    public static final List<String> NAMES = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    /**
     * Looks the five names up.
     *
     * @param where the file or folder that the error names
     * @throws RunError if one is missing
     */
    static SpecialTokens of(Vocabulary vocabulary, String where) {
        int[] ids = new int[NAMES.size()];
        for (int i = 0; i < ids.length; i++) {
            String name = NAMES.get(i);
            ids[i] = vocabulary
                    .id(name)
                    .orElseThrow(() -> new RunError("the vocabulary in " + where + " has no " + name
                            + " token: masked language models need " + String.join(" ", NAMES)
                            + "; use a BERT vocabulary, or make one with `narrowbert tokenizer train`"));
        }
        return new SpecialTokens(ids[0], ids[1], ids[2], ids[3], ids[4]);
    }

    /** Whether masking may choose the token: every one but [PAD], [CLS], [SEP] and [MASK]; an unknown word may be masked. */
    public boolean isMaskable(int id) {
        return id != cls && id != sep && id != pad && id != mask;
    }
}
