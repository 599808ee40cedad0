using System.Diagnostics.CodeAnalysis;

namespace OverlayBridge.Legacy.Addresses;

/// <summary>
/// The name of a pool: <c>GlobalDefault/10.80.0.0/24</c> for a master, with the range behind it for a sub-pool:
/// <c>GlobalDefault/10.80.0.0/24/10.80.0.64/26</c>.
/// </summary>
/// <param name="Pool">CIDR of the master pool.</param>
/// <param name="SubPool">The user's spelling of the range (<c>--ip-range</c>), null for a master.</param>
public sealed record PoolId(string AddressSpace, string Pool, string? SubPool = null)
{
    public PoolId Master => SubPool is null ? this : this with { SubPool = null };

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PoolId? id)
    {
        id = (text ?? "").Split('/') switch
        {
            [var space, var ip, var length] => new PoolId(space, $"{ip}/{length}"),
            [var space, var ip, var length, var subIp, var subLength] => new PoolId(space, $"{ip}/{length}", $"{subIp}/{subLength}"),
            _ => null,
        };
        return id is not null;
    }

    public override string ToString() => SubPool is null ? $"{AddressSpace}/{Pool}" : $"{AddressSpace}/{Pool}/{SubPool}";
}
