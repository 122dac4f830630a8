package org.narrowbert.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.narrowbert.cli.Promises;

/** The page as a browser takes it. */
class ReportInBrowserTest {
    private static final String CONSOLE = "CONSOLE";

    @TempDir
    private Path folder;

    private Browser browser() {
        return Browser.find().orElseGet(() -> {
            String why = "no Chromium was found, so no report is opened in one: install it (on Debian: apt-get install"
                    + " chromium), or name it with -Dnarrowbert.browser=FILE";
            System.out.println(why);
            throw Promises.missing("browser", why);
        });
    }

    @Test
    void thePageIsShownWithItsPicturesAndNoWordOnTheConsole() throws IOException, InterruptedException {
        Browser browser = browser();
        Path page = folder.resolve("report.html");
        List<Path> runs = List.of(
                RunFolder.write(folder.resolve("dense"), 4, Map.of("layout", "{sf}6:")),
                RunFolder.write(folder.resolve("narrow"), 4.2, Map.of("layout", "{sf}2:{sf}4")));
        Report.of(runs).write(page, folder);
        Path shown = folder.resolve("shown.png");
        assertThat(browser.open(page, shown, folder)).doesNotContain(CONSOLE);
        // The browser decoded the charts: the runs' colours are on the screen.
        Palette light = Palette.light();
        assertThat(colors(shown))
                .contains(
                        light.background().getRGB(),
                        light.run(0).getRGB(),
                        light.run(1).getRGB());
    }

    /** That the test above would hear a complaint. */
    @Test
    void aPageThatLoadsSomethingIsHeardOnTheConsole() throws IOException, InterruptedException {
        Browser browser = browser();
        Path page = folder.resolve("loads.html");
        String html = ReportPage.html(List.of(RunFolder.run(folder, "run", 4)), List.of());
        Files.writeString(page, html.replace("</main>", "<img src=\"picture.png\" alt=\"\"></main>"));
        assertThat(browser.open(page, folder.resolve("shown.png"), folder)).contains(CONSOLE);
    }

    private static Set<Integer> colors(Path picture) throws IOException {
        BufferedImage image = ImageIO.read(picture.toFile());
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .mapToObj(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) | 0xFF000000)
                .collect(Collectors.toSet());
    }
}
