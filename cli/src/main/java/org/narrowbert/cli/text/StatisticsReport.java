package org.narrowbert.cli.text;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.narrowbert.model.data.corpus.TokenStatistics;
import org.narrowbert.model.tokenizer.SpecialTokens;
import org.narrowbert.model.tokenizer.Tokenizer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Statistics of tokens, written for people or for programs.
 *
 * @param tokenizer whose tokens they are
 * @param blockLength tokens of the blocks that are counted
 * @param top how many of the most frequent tokens are shown
 */
record StatisticsReport(Tokenizer tokenizer, int blockLength, int top) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BAR = 60;
    private static final List<Double> SHARES = List.of(0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0);
    private static final List<String> SHARE_NAMES =
            List.of("shortest", "5%", "25%", "half", "75%", "95%", "99%", "longest");

    /** The tokens of the text itself. */
    private long ownTokens(TokenStatistics statistics) {
        SpecialTokens special = tokenizer.specialTokens();
        return statistics.tokens() - statistics.count(special.cls()) - statistics.count(special.sep());
    }

    private double unknownShare(TokenStatistics statistics) {
        return (double) statistics.count(tokenizer.specialTokens().unk()) / Math.max(1, ownTokens(statistics));
    }

    /** The most frequent tokens but [CLS] and [SEP], which every document has once. */
    private List<Integer> frequent(TokenStatistics statistics) {
        SpecialTokens special = tokenizer.specialTokens();
        return statistics.mostFrequent(top + 2).stream()
                .filter(id -> id != special.cls() && id != special.sep())
                .limit(top)
                .toList();
    }

    void print(String name, TokenStatistics statistics, PrintWriter out) {
        out.println(name);
        out.println("  %-22s %,15d".formatted("documents", statistics.documents()));
        if (statistics.documents() == 0) {
            return;
        }
        out.println("  %-22s %,15d".formatted("tokens", statistics.tokens()));
        out.println("  %-22s %,15.1f".formatted("tokens a document", mean(statistics)));
        out.println("  %-22s %,15d".formatted("blocks of " + blockLength, statistics.tokens() / blockLength));
        out.println("  %-22s %14.3f%%".formatted("[UNK]", 100 * unknownShare(statistics)));
        out.println();
        out.println("  tokens of a document, with [CLS] and [SEP]");
        for (int i = 0; i < SHARES.size(); i++) {
            out.println("  %-22s %,15d".formatted(SHARE_NAMES.get(i), statistics.quantile(SHARES.get(i))));
        }
        out.println();
        printHistogram(statistics.histogram(), out);
        out.println();
        out.println("  most frequent tokens");
        for (int id : frequent(statistics)) {
            out.println("  %-22s %,15d %6.2f%%"
                    .formatted(
                            tokenizer.tokens(id).getFirst(),
                            statistics.count(id),
                            100.0 * statistics.count(id) / Math.max(1, ownTokens(statistics))));
        }
        out.println();
    }

    private static double mean(TokenStatistics statistics) {
        return (double) statistics.tokens() / Math.max(1, statistics.documents());
    }

    private static void printHistogram(List<TokenStatistics.Bin> bins, PrintWriter out) {
        long most =
                bins.stream().mapToLong(TokenStatistics.Bin::documents).max().orElse(1);
        for (TokenStatistics.Bin bin : bins) {
            // A range that has a document has at least a mark.
            int marks = (int) Math.ceilDiv(bin.documents() * BAR, Math.max(1, most));
            out.println("  %,9d to %,9d %,15d  %s"
                    .formatted(bin.from(), bin.to(), bin.documents(), "#".repeat(marks))
                    .stripTrailing());
        }
    }

    /** One line of JSON. */
    String json(String name, Map<String, TokenStatistics> parts) {
        ObjectNode root = JSON.createObjectNode();
        root.put("text", name).put("max_seq_length", blockLength);
        parts.forEach((part, statistics) -> write(statistics, root.putObject(part.equals("text") ? "all" : part)));
        return JSON.writeValueAsString(root);
    }

    private void write(TokenStatistics statistics, ObjectNode json) {
        json.put("documents", statistics.documents())
                .put("tokens", statistics.tokens())
                .put("mean_length", mean(statistics))
                .put("blocks", statistics.tokens() / blockLength)
                .put("unk_share", unknownShare(statistics));
        ObjectNode lengths = json.putObject("lengths");
        for (double share : SHARES) {
            lengths.put(String.valueOf(share), statistics.quantile(share));
        }
        var histogram = json.putArray("histogram");
        for (TokenStatistics.Bin bin : statistics.histogram()) {
            histogram.addObject().put("from", bin.from()).put("to", bin.to()).put("documents", bin.documents());
        }
        var frequent = json.putArray("most_frequent");
        for (int id : frequent(statistics)) {
            frequent.addObject()
                    .put("token", tokenizer.tokens(id).getFirst())
                    .put("id", id)
                    .put("count", statistics.count(id));
        }
    }
}
