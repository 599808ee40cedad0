using System.Collections.Immutable;
using System.Globalization;
using OverlayBridge.Legacy.Json;

namespace OverlayBridge.Legacy.Records.Endpoints;

/// <summary>The joinInfo of spec §2.3.</summary>
internal static class JoinInfoFormat
{
    public static JoinInfo Read(RecordObject join) => new(
        Routes(join.Raw("StaticRoutes")),
        join.RequiredBoolean("disableGatewayService"),
        join.Raw("gw") is null ? null : join.String("gw"),
        join.Raw("gw6") is null ? null : join.String("gw6"));

    public static void Write(GoJsonWriter json, JoinInfo? join)
    {
        if (join is null)
            json.Null();
        else
            json.Object(fields =>
            {
                WriteRoutes(fields.Name("StaticRoutes"), join.StaticRoutes);
                fields.Name("disableGatewayService").Boolean(join.DisableGatewayService);
                if (join.Gateway is { } gateway)
                    fields.Name("gw").String(gateway);
                if (join.GatewayV6 is { } gatewayV6)
                    fields.Name("gw6").String(gatewayV6);
            });
    }

    // The engines do not read routes back, so a list that does not fit is as good as none.
    private static ImmutableArray<StaticRoute>? Routes(JsonValue? list)
    {
        if (list is not { Kind: JsonKind.Array })
            return null;
        var routes = list.Items.Select(Route).ToList();
        return routes.Contains(null) ? null : [.. routes.Select(route => route!)];
    }

    private static StaticRoute? Route(JsonValue item) =>
        item.FindWithoutCase("Destination") is { Kind: JsonKind.Object } destination &&
        destination.FindWithoutCase("IP") is { Kind: JsonKind.String } ip &&
        destination.FindWithoutCase("Mask") is { Kind: JsonKind.String } mask &&
        item.FindWithoutCase("RouteType") is { Kind: JsonKind.Number } type &&
        ulong.TryParse(type.Text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) &&
        item.FindWithoutCase("NextHop") is { Kind: JsonKind.String } hop
            ? new StaticRoute(ip.Text, mask.Text, number, hop.Text)
            : null;

    private static void WriteRoutes(GoJsonWriter json, ImmutableArray<StaticRoute>? routes)
    {
        if (routes is not { } list)
            json.Null();
        else
            json.Array(list, static (writer, route) => writer.Object(item =>
            {
                item.Name("Destination").Object(destination =>
                {
                    destination.Name("IP").String(route.Destination);
                    destination.Name("Mask").String(route.Mask);
                });
                item.Name("RouteType").Number(route.RouteType);
                item.Name("NextHop").String(route.NextHop);
            }));
    }
}
