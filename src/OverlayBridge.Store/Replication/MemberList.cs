using System.Net;
using DotNext.Buffers;
using DotNext.Net;
using DotNext.Net.Cluster.Consensus.Raft.Membership;

namespace OverlayBridge.Store.Replication;

/// <summary>The members of the cluster, kept in a file so that a change at run time survives a restart.</summary>
internal sealed class MemberList(string file) : PersistentClusterConfigurationStorage<EndPoint>(file)
{
    /// <summary>Whether this node was one of several before it was started.</summary>
    public bool KnewOthers { get; private set; }

    /// <summary>The members that this node starts with; none where it waits to be added.</summary>
    public IReadOnlyCollection<EndPoint> AtStart { get; private set; } = [];

    /// <summary>
    /// Sees to it that the file names this node. At the first start it gets the first members. A node that is alone may
    /// change its address; one of several may not, the others know it by the old one.
    /// </summary>
    /// <exception cref="StoreStartException">The members are known and this address is not among them.</exception>
    public static async Task<MemberList> OpenAsync(string file, StoreOptions options, CancellationToken cancellationToken)
    {
        var list = new MemberList(file);
        IClusterConfigurationStorage<EndPoint> storage = list;
        var known = (await storage.LoadConfigurationAsync(cancellationToken).ConfigureAwait(false)).Members;
        list.KnewOthers = known.Count > 1;
        list.AtStart = known;
        if (known.Contains(options.RaftAddress) || (known.Count == 0 && options.WaitsToBeAdded))
            return list;
        if (known.Count > 1)
        {
            list.Dispose();
            throw new StoreStartException(
                $"This node is not known as {options.RaftAddress}.",
                $"The members of its cluster are {string.Join(", ", known)}.",
                "Start it with the --raft address that it had. If it was removed, or is to have another address, empty its folder and start it with --join.");
        }
        File.Delete(file);
        await list.SeedAsync(options, cancellationToken).ConfigureAwait(false);
        return list;
    }

    private async Task SeedAsync(StoreOptions options, CancellationToken cancellationToken)
    {
        IClusterConfigurationStorage<EndPoint> storage = this;
        var members = await storage.LoadConfigurationAsync(cancellationToken).ConfigureAwait(false);
        foreach (var member in options.FirstMembers.IsDefaultOrEmpty ? [options.RaftAddress] : options.FirstMembers)
            members = members.Add(member);
        await storage.SaveConfigurationAsync(members, 0, cancellationToken).ConfigureAwait(false);
        AtStart = members.Members;
    }

    protected override void Encode(EndPoint address, ref BufferWriterSlim<byte> output) => output.WriteEndPoint(address);

    protected override EndPoint Decode(ref SequenceReader reader) => reader.ReadEndPoint();
}
