package io.github.calib8.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTextTest {

  @Test
  void noCellBeginsAFormula() {
    CsvText csv = new CsvText(List.of("name", "figure"));
    for (String name :
        List.of("=HYPERLINK(\"x\",1)", "+cmd", "-2+3", "@SUM(A1)", "\tx", "plain=no", "résumé")) {
      csv.row(List.of(name, "-1.5e-7"));
    }
    assertThat(csv.toString().lines())
        .containsExactly(
            "name,figure",
            "\"'=HYPERLINK(\"\"x\"\",1)\",-1.5e-7",
            "'+cmd,-1.5e-7",
            "'-2+3,-1.5e-7",
            "'@SUM(A1),-1.5e-7",
            "'\tx,-1.5e-7",
            "plain=no,-1.5e-7",
            "résumé,-1.5e-7");
  }
}
