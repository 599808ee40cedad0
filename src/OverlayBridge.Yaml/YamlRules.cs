namespace OverlayBridge.Yaml;

/// <summary>What a kind of YAML file may have at most, and how it is called in messages.</summary>
/// <param name="What">With its article, at the begin of a sentence: <c>A Compose file</c>.</param>
/// <param name="Keys">The first of its keys, for the message about a file that is no mapping: <c>services:, networks:</c>.</param>
/// <param name="TwiceWhy">Who takes no key twice, as the end of a sentence.</param>
/// <param name="LengthMax">Characters.</param>
/// <param name="DepthMax">Levels of mappings and lists in each other.</param>
/// <param name="NodesMax">Nodes once aliases are written out: a few lines of aliases of aliases can stand for billions.</param>
public sealed record YamlRules(string What, string Keys, string TwiceWhy, int LengthMax, int DepthMax, int NodesMax);
