using OverlayBridge.Reports.Text;

namespace OverlayBridge.Reports.Tests.Text;

public sealed class TextTableTests
{
    [Fact]
    public void Free_text_gives_way_so_that_a_row_fits()
    {
        var table = new TextTable(("NAME", ColumnKind.Flexible), ("ID", ColumnKind.Whole), ("N", ColumnKind.Number));
        table.Add(new string('x', 60), "123456789012", "7");

        Assert.Equal(
            """
            NAME                 ID            N
            xxxxxxxxxxxxxxxxxx…  123456789012  7

            """,
            Render(table, 36));
    }

    [Fact]
    public void A_sentence_is_broken_into_lines_of_which_nothing_is_cut_off()
    {
        var table = new TextTable(("HOST", ColumnKind.Whole), ("N", ColumnKind.Number), ("SEEN", ColumnKind.Sentence));
        table.Add("h1", "17", "every replica set has what it needs");
        table.Add("h2", "1", "");

        Assert.Equal(
            """
            HOST   N  SEEN
            h1    17  every replica
                      set has what
                      it needs
            h2     1

            """,
            Render(table, 23));
    }

    [Fact]
    public void A_newline_in_a_name_forges_no_row()
    {
        var table = new TextTable(("NAME", ColumnKind.Flexible));
        table.Add("web\nadmin");

        Assert.Equal("NAME\nweb\\x0aadmin\n", Render(table, 80));
    }

    [Fact]
    public void Colours_change_nothing_but_colours()
    {
        var table = new TextTable(("A", ColumnKind.Whole), ("B", ColumnKind.Whole));
        table.Add(new Cell("bad", Tone.Bad), "x");
        using var coloured = new StringWriter();
        table.WriteTo(coloured, 80, 0, new AnsiStyle(colour: true));

        var plain = System.Text.RegularExpressions.Regex.Replace(coloured.ToString(), "\e\\[[0-9]+m", "");
        Assert.Equal(Render(table, 80), plain);
        Assert.Contains("\e[31mbad\e[0m", coloured.ToString(), StringComparison.Ordinal);
    }

    private static string Render(TextTable table, int width)
    {
        using var output = new StringWriter();
        table.WriteTo(output, width, 0, new AnsiStyle(colour: false));
        return output.ToString();
    }
}
