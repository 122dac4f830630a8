package org.narrowbert.model.data.sample;

/** Lengths of real texts, for measurements on batches that are as ragged as those of users. */
public final class CorpusLengths {
    /** In no order, since texts come in none. */
    private static final int[] PARAGRAPHS = {47, 8, 123, 20, 34, 12, 79, 273, 16, 165, 29, 66, 24, 97, 40, 55};

    private static final int[] SENTENCES = {29, 7, 41, 16, 22, 11, 37, 26, 13, 49, 20, 32, 18, 27, 34, 24};

    private CorpusLengths() {}

    /**
     * Sixteen quantiles, from 1/32 to 31/32, of the tokens that BERT's uncased vocabulary makes of the 216,936 paragraphs of 181 English classics, [CLS]
     * and [SEP] counted and longer ones cut at 512: 8 to 273, 68 in the mean (70 of all). A blank line ends a paragraph; titles are none.
     *
     * @return [16] tokens of each
     */
    public static int[] paragraphs() {
        return PARAGRAPHS.clone();
    }

    /**
     * Sixteen quantiles, from 1/32 to 31/32, of the tokens that BERT's uncased vocabulary makes of the 10,662 sentences of film reviews in
     * sentence_polarity (Pang and Lee, 2005), [CLS] and [SEP] counted: 7 to 49, 25 in the mean.
     *
     * @return [16] tokens of each
     */
    public static int[] sentences() {
        return SENTENCES.clone();
    }
}
