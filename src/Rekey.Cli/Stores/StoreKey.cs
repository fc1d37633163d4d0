namespace Rekey.Cli.Stores;

/// <summary>
/// The key of a store: 32 bytes, as base64 of either alphabet or as 64 hex digits. It is read when it is first needed and then kept; a
/// reading that failed is tried again at the next use.
/// </summary>
internal sealed class StoreKey(Func<CancellationToken, ValueTask<Secret>> read)
{
    private const int Base64Length = 43;

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private volatile RecordCipher? _cipher;

    /// <summary>What the key encrypts with. Its texts are known to <paramref name="secrets"/> before.</summary>
    public async ValueTask<RecordCipher> GetAsync(ISecretRegistry? secrets, CancellationToken cancellationToken)
    {
        if (_cipher is { } known)
            return known;
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _cipher ??= new RecordCipher(await ReadAsync(secrets, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<byte[]> ReadAsync(ISecretRegistry? secrets, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = (await read(cancellationToken).ConfigureAwait(false)).Reveal().Trim();
        }
        catch (CredentialException e)
        {
            throw StoreErrors.KeyUnreadable(e.Error.Code);
        }
        secrets?.Register("store", "key", new Secret(text));
        var key = Parse(text) ?? throw StoreErrors.KeyInvalid();
        foreach (var form in (string[])[Convert.ToBase64String(key), Convert.ToHexStringLower(key)])
            secrets?.Register("store", "key", new Secret(form));
        return key;
    }

    private static byte[]? Parse(string text)
    {
        var key = new byte[RecordCipher.KeyLength];
        if (text.Length == 2 * key.Length)
            return Convert.FromHexString(text, key, out _, out _) is System.Buffers.OperationStatus.Done ? key : null;
        var digits = text.EndsWith('=') ? text[..^1] : text;
        if (digits.Length != Base64Length)
            return null;
        var standard = digits.Replace('-', '+').Replace('_', '/') + '=';
        return Convert.TryFromBase64String(standard, key, out var length) && length == key.Length ? key : null;
    }
}
