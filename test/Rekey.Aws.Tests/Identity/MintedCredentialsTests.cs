using Amazon.Runtime;
using Rekey.Aws.Identity;
using Rekey.Testing;

namespace Rekey.Aws.Tests.Identity;

public sealed class MintedCredentialsTests
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Keys_are_minted_anew_five_minutes_before_their_end_and_not_sooner()
    {
        var mint = new Mint(_time);
        await mint.GetCredentialsAsync();
        _time.Advance(Life - TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal("1", (await mint.GetCredentialsAsync()).AccessKey);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("2", (await mint.GetCredentialsAsync()).AccessKey);
    }

    [Fact]
    public async Task What_still_lasts_is_used_to_its_end_while_nothing_new_can_be_minted()
    {
        var mint = new Mint(_time);
        await mint.GetCredentialsAsync();
        mint.IsBroken = true;
        _time.Advance(Life - TimeSpan.FromSeconds(1));
        Assert.Equal("1", (await mint.GetCredentialsAsync()).AccessKey);

        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<IOException>(mint.GetCredentialsAsync);

        mint.IsBroken = false;
        Assert.Equal("2", (await mint.GetCredentialsAsync()).AccessKey);
    }

    [Fact]
    public async Task Many_callers_share_one_mint()
    {
        var mint = new Mint(_time);

        var keys = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(mint.GetCredentialsAsync)));

        Assert.All(keys, static k => Assert.Equal("1", k.AccessKey));
    }

    [Fact]
    public async Task A_question_that_nobody_answers_ends_at_its_limit_and_keeps_nobody_from_asking_again()
    {
        var mint = new Mint(_time) { IsHung = true };
        var hung = mint.GetCredentialsAsync();
        await Until.True(() => mint.HasBegun);
        _time.Advance(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hung);

        mint.IsHung = false;

        Assert.Equal("1", (await mint.GetCredentialsAsync()).AccessKey);
    }

    private sealed class Mint(TimeProvider time) : MintedCredentials(time)
    {
        private readonly TimeProvider _time = time;
        private int _minted;

        public bool IsBroken { get; set; }

        public bool IsHung { get; set; }

        public bool HasBegun { get; private set; }

        protected override async Task<MintedKeys> MintAsync(CancellationToken cancellationToken)
        {
            await Task.Yield();
            HasBegun = true;
            if (IsHung)
                await new TaskCompletionSource().Task; // whatever the token says
            if (IsBroken)
                throw new IOException();
            return new MintedKeys(new ImmutableCredentials($"{++_minted}", "unused", null), _time.GetUtcNow() + Life);
        }
    }
}
