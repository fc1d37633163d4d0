using Amazon.Runtime;

namespace Rekey.Aws.Identity;

/// <summary>Keys that end and are minted anew before they do. What still lasts is used on when that fails.</summary>
internal abstract class MintedCredentials(TimeProvider time) : AWSCredentials
{
    // No request under way is signed with keys that end before it arrives. The shortest session of AWS lasts fifteen minutes.
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    // A question that nobody answers must not keep all others waiting, nor outlast a fetch.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _minting = new(1, 1);
    private volatile MintedKeys? _current;

    public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        if (Fresh() is { } fresh)
            return fresh;
        await _minting.WaitAsync().ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            return Fresh() ?? (_current = await MintAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false)).Keys;
        }
        catch (Exception) when (_current is { } last && last.EndsAt > time.GetUtcNow())
        {
            return last.Keys;
        }
        finally
        {
            _minting.Release();
        }
    }

    protected abstract Task<MintedKeys> MintAsync(CancellationToken cancellationToken);

    private ImmutableCredentials? Fresh() => _current is { } keys && keys.EndsAt - time.GetUtcNow() > Margin ? keys.Keys : null;
}

/// <summary>Keys and their end.</summary>
internal sealed record MintedKeys(ImmutableCredentials Keys, DateTimeOffset EndsAt);
