package org.narrowbert.model.json;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JSON parser complains of, in our words: the library's are for programmers, and name its own switches and classes. */
final class JsonComplaint {
    static final String ENDS_EARLY =
            "it ends in the middle of a value: it was cut off, or a bracket or quote is not closed";

    private static final String GOES_ON = "it goes on after its value";

    /** How the library shows a character; a control character does not reach a terminal as it is. */
    private static final Pattern CHARACTER = Pattern.compile("\\('(.+?)' \\(code \\d+[^)]*\\)\\)");

    private static final Pattern CONTROL_CHARACTER = Pattern.compile("\\(?\\(CTRL-CHAR, code (\\d+)\\)\\)?");

    /**
     * A kind of complaint.
     *
     * @param theirs how the library's sentence begins
     * @param ours what we say, with its groups
     */
    private record Rule(Pattern theirs, String ours) {
        Rule(String theirs, String ours) {
            this(Pattern.compile(theirs + ".*"), ours);
        }
    }

    private static final List<Rule> RULES = List.of(
            new Rule("Unexpected end-of-input", ENDS_EARLY),
            new Rule("Trailing token", GOES_ON),
            new Rule("Unexpected character .+: Expected space separating root-level values", GOES_ON),
            new Rule("Duplicate Object property (\".*\")", "the key $1 stands there twice"),
            new Rule("Document nesting depth .* maximum allowed \\((\\d+)", "it is nested more than $1 deep"),
            new Rule("Number value length .* maximum allowed \\((\\d+)", "a number has more than $1 characters"),
            new Rule("String value length .* maximum allowed \\((\\d+)", "a string has more than $1 characters"),
            new Rule("Name length .* maximum allowed \\((\\d+)", "a key has more than $1 characters"),
            new Rule("Document length .* maximum allowed \\((\\d+)", "it has more than $1 bytes"),
            new Rule(
                    "Illegal unquoted character (control character \\d+)",
                    "there is $1 in a string or key: write it with a backslash, a new line as \\\\n"),
            new Rule("Illegal character (control character \\d+)", "there is $1 between values"),
            new Rule("(?:Unrecognized|Non-standard) token ('.*?')", "$1 is no value of JSON"),
            new Rule("Unexpected character '\\+' in numeric value", "a number begins with a plus sign"),
            new Rule("Unexpected character '/'", "there is '/' outside of a string, and JSON has no comments"),
            new Rule("Unexpected character (.+?) in numeric value", "a number has $1 where a digit belongs"),
            new Rule("Invalid numeric value: Leading zeroes", "a number begins with a zero too many"),
            new Rule("Unexpected character .+: hexadecimal", "a number is written in hexadecimal digits"),
            new Rule(
                    "Unexpected character .+: expected a hex-digit",
                    "\\\\u in a string is not followed by four hexadecimal digits"),
            new Rule(
                    "Unrecognized character escape",
                    "a backslash in a string stands before something else than one of \" \\\\ / b f n r t u"),
            new Rule(
                    "Unexpected character (.+): was expecting comma to separate Array",
                    "there is $1 where a comma or ] belongs"),
            new Rule(
                    "Unexpected character (.+): was expecting comma to separate Object",
                    "there is $1 where a comma or } belongs"),
            new Rule("Unexpected character (.+): was expecting a colon", "there is $1 where a colon belongs"),
            new Rule(
                    "Unexpected character (.+): was expecting double-quote",
                    "there is $1 where a key in double quotes belongs"),
            new Rule("Unexpected character (.+): expected a (?:valid )?value", "there is $1 where a value belongs"),
            new Rule("Unexpected close marker ('.'): expected '(.)'", "there is $1 where $2 belongs"),
            new Rule("Unexpected close marker ('.')", "there is $1, which closes nothing"));

    private JsonComplaint() {}

    /** The complaint as part of a sentence. */
    static String of(String message) {
        String first = message.lines().findFirst().orElse("");
        String plain = CONTROL_CHARACTER
                .matcher(CHARACTER.matcher(first).replaceFirst("'$1'"))
                .replaceFirst("control character $1");
        for (Rule rule : RULES) {
            Matcher found = rule.theirs.matcher(plain);
            if (found.matches()) {
                return found.replaceFirst(rule.ours);
            }
        }
        return "it is not written as JSON is";
    }
}
