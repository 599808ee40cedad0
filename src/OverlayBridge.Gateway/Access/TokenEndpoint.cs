using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OverlayBridge.Gateway.Go;
using OverlayBridge.Gateway.Http;
using OverlayBridge.Store;
using OverlayBridge.Store.Commands;

namespace OverlayBridge.Gateway.Access;

/// <summary>
/// <c>/v1/overlaybridge/tokens</c>: PUT makes one (<see cref="NewToken"/>), GET lists all, GET and DELETE <c>…/ID</c> show and revoke one.
/// The secret is in the answer to PUT and nowhere else; its hash is in no answer.
/// </summary>
internal sealed partial class TokenEndpoint(IKeyValueStore store, TimeProvider time, ILogger logger)
{
    public const string Path = "/v1/overlaybridge/tokens";

    /// <summary>More are a mistake: every node holds all of them.</summary>
    private const int MaxTokens = 1000;

    /// <summary>Others may revoke tokens at the same moment; so often it is tried with what is there then.</summary>
    private const int MaxAttempts = 5;

    public async Task<Answer> ListAsync(GatewayRequest request)
    {
        var reading = await ReadAsync(ReadConsistency.Default, request.CancellationToken).ConfigureAwait(false);
        return Answer.Json(request.Pretty, json =>
        {
            json.BeginArray();
            foreach (var (record, _) in reading)
                Write(json, record, secret: null);
            json.EndArray();
        });
    }

    public async Task<Answer> GetAsync(GatewayRequest request)
    {
        var found = Find(await ReadAsync(ReadConsistency.Default, request.CancellationToken).ConfigureAwait(false), request);
        return Answer.Json(request.Pretty, json => Write(json, found.Record, secret: null));
    }

    public async Task<Answer> PutAsync(GatewayRequest request)
    {
        var wanted = NewToken.Parse(await request.ReadBodyAsync(NewToken.MaxBytes, "a new token").ConfigureAwait(false));
        var (record, secret) = wanted.Make(time.GetUtcNow(), RandomNumberGenerator.GetBytes);
        var by = await ByAsync(request).ConfigureAwait(false);
        var existing = await ReadAsync(ReadConsistency.Consistent, request.CancellationToken).ConfigureAwait(false);
        if (!record.IsLastingOperator && !existing.Any(static token => token.Record.IsLastingOperator))
            throw new RefusedException(
                409, "The first token must be an operator's, without an end: as soon as one exists everybody needs one, and nobody could make another. Create that one first (Role operator, no TTL)");
        if (existing.Count >= MaxTokens)
            throw new RefusedException(409, $"There are {existing.Count} tokens already: revoke those that are not needed any more");
        if (record.Hash.Length > 0 && existing.Any(token => token.Record.Hash == record.Hash))
            throw new RefusedException(409, "A token with this secret exists already: every token has a secret of its own");
        var result = await store.ExecuteAsync(new SetCommand(record.Key, [.. record.Encode()], 0, Cas: 0), request.CancellationToken).ConfigureAwait(false);
        if (!result.Done)
            throw new RefusedException(409, $"There is a token {record.Id} already: revoke it first");
        LogMade(logger, record.Id, RoleNames.Text(record.Role), record.Name, by);
        return Answer.Json(request.Pretty, json => Write(json, record, secret));
    }

    public async Task<Answer> DeleteAsync(GatewayRequest request)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var all = await ReadAsync(ReadConsistency.Consistent, request.CancellationToken).ConfigureAwait(false);
            var revoked = Find(all, request);
            // Whose token it is may not be known any more afterwards: it can be the caller's own.
            var by = await ByAsync(request).ConfigureAwait(false);
            var result = await store.ExecuteAsync(Revocation(all, revoked), request.CancellationToken).ConfigureAwait(false);
            if (!result.Errors.IsEmpty)
                continue;
            LogRevoked(logger, revoked.Record.Id, RoleNames.Text(revoked.Record.Role), revoked.Record.Name, by);
            return Answer.Json(request.Pretty, json => json.Boolean(true));
        }
        throw new RefusedException(409, "Other tokens are being changed at the same moment; nothing was revoked. Try again");
    }

    /// <summary>
    /// One conditional command: the token goes only while another operator's stays. Two that are revoked at once, each for the sake of the
    /// other, cannot both go.
    /// </summary>
    private static TransactionCommand Revocation(List<Token> all, Token revoked)
    {
        var delete = new TransactionOperation(TransactionVerb.DeleteCas, revoked.Record.Key, [], Index: revoked.Index);
        if (!revoked.Record.IsLastingOperator)
            return new TransactionCommand([delete]);
        var staying = all.Find(token => token.Record.IsLastingOperator && token.Record.Id != revoked.Record.Id) ?? throw new RefusedException(
            409, $"{revoked.Record.Id} is the last operator's token without an end: without it nobody could make another. Create another operator's token first");
        return new TransactionCommand([new(TransactionVerb.CheckIndex, staying.Record.Key, [], Index: staying.Index), delete]);
    }

    private static async Task<string> ByAsync(GatewayRequest request) => await request.CallerAsync().ConfigureAwait(false) switch
    {
        { TokenId.Length: 0 } caller => $"somebody at {caller.Address}",
        var caller => $"{caller.Name} ({caller.TokenId}) at {caller.Address}",
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Token {Id} ({Role} {Name}) was made by {By}")]
    private static partial void LogMade(ILogger logger, string id, string role, string name, string by);

    [LoggerMessage(Level = LogLevel.Information, Message = "Token {Id} ({Role} {Name}) was revoked by {By}")]
    private static partial void LogRevoked(ILogger logger, string id, string role, string name, string by);

    private static Token Find(List<Token> all, GatewayRequest request)
    {
        var id = request.Rest.ToString();
        return all.Find(token => token.Record.Id == id) ?? throw new RefusedException(404, "There is no token with this id: see 'overlaybridge token list'");
    }

    private async Task<List<Token>> ReadAsync(ReadConsistency consistency, CancellationToken cancellationToken)
    {
        var reading = await store.ReadPrefixAsync(TokenRecord.Prefix, new ReadOptions(consistency), cancellationToken).ConfigureAwait(false);
        return [.. reading.Value.Select(static entry => (Entry: entry, Record: TokenRecord.Decode(entry))).Where(static pair => pair.Record is not null).Select(static pair => new Token(pair.Record!, pair.Entry.ModifyIndex))];
    }

    private static void Write(GoJson json, TokenRecord record, string? secret)
    {
        json.BeginObject();
        Text(json, "ID"u8, record.Id);
        Text(json, "Name"u8, record.Name);
        Text(json, "Role"u8, RoleNames.Text(record.Role));
        if (secret is not null)
            Text(json, "Secret"u8, secret);
        json.Name("Rules"u8);
        json.BeginArray();
        foreach (var rule in record.Rules)
        {
            json.BeginObject();
            Text(json, "Prefix"u8, rule.Prefix);
            Text(json, "Right"u8, RoleNames.Text(rule.Right));
            json.Name("Exact"u8);
            json.Boolean(rule.Exact);
            json.EndObject();
        }
        json.EndArray();
        Text(json, "Sessions"u8, RoleNames.Text(record.Sessions));
        Text(json, "Agent"u8, RoleNames.Text(record.Agent));
        Text(json, "CreatedAt"u8, Time(record.CreatedAt));
        json.Name("ExpiresAt"u8);
        if (record.ExpiresAt is { } end)
            json.Text(Time(end));
        else
            json.Null();
        json.EndObject();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Text(GoJson json, ReadOnlySpan<byte> name, string value)
    {
        json.Name(name);
        json.Text(value);
    }

    private sealed record Token(TokenRecord Record, ulong Index);
}
