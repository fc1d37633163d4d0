using Rekey.Testing.Sessions;

namespace Rekey.Tests.Sessions;

/// <summary>Which session a process goes on with: the stored one, newer values of the operator, or what another program kept.</summary>
public sealed class SessionBeginningTests : SessionTest
{
    [Fact]
    public async Task Newer_values_of_the_environment_win_over_an_older_stored_pair()
    {
        Configured = NewSession();
        var first = Make();
        await Get(first);
        await Refresh(first);
        The.EndSessions();
        Assert.Equal("SESSION_REVOKED", (await Fails(first)).Code);

        // The documented recovery: put new values in place and start again.
        Configured = NewSession();
        var second = Make();

        Assert.Equal(Token(Configured), Token(await Get(second)));
        Assert.Equal(1, second.Session!.Refreshes);
    }

    [Fact]
    public async Task The_values_that_a_stored_session_began_with_are_older_than_it()
    {
        Configured = NewSession();
        var first = Make();
        await Get(first);
        await Refresh(first);
        var token = Token(await Get(first));

        Assert.Equal(token, Token(await Get(Make())));
    }

    [Fact]
    public async Task Two_processes_with_different_values_do_not_take_turns()
    {
        var (older, newer) = (NewSession(), NewSession());
        Configured = older;
        await Get(Make());
        Configured = newer;
        await Get(Make());

        Configured = older;
        Assert.Equal(Token(newer), Token(await Get(Make())));
    }

    [Fact]
    public async Task Newer_values_that_the_service_refuses_do_not_cost_the_stored_session()
    {
        Configured = NewSession();
        var first = Make();
        await Get(first);
        await Refresh(first);
        var token = Token(await Get(first));

        Configured = SecretDocument.FromFields([new("token", Plant("a-token-with-a-typo")), new("key", Plant("a-key-with-a-typo"))]);
        var second = Make();

        Assert.Equal(token, Token(await Get(second)));
        Configured = NewSession();
        Assert.Equal(Token(Configured), Token(await Get(Make())));
    }

    [Fact]
    public async Task Newer_values_that_only_a_refresh_can_prove_are_proved_by_one()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true) { CanVerify = false, Life = TimeSpan.FromHours(1) };
        Configured = SecretDocument.FromFields([new("key", NewSession().Field("key")!.Value)]);
        var first = Make();
        var old = Token(await Get(first));
        var stale = Configured;
        Configured = SecretDocument.FromFields([new("key", NewSession().Field("key")!.Value)]);

        var second = Make();

        Assert.NotEqual(old, Token(await Get(second)));
        Configured = stale;
        Assert.Equal(Token(await Get(second)), Token(await Get(Make())));
        Assert.Equal((2, 0), (The.Refreshes, The.Reuses));
    }

    [Fact]
    public async Task Newer_values_wait_while_their_service_cannot_be_asked()
    {
        Configured = NewSession();
        var first = Make();
        var token = Token(await Get(first));
        Configured = NewSession();
        The.OnVerify = () => Verification.Indeterminate();
        The.BeforeGrant = _ => throw new CredentialException(SessionErrors.Network("scripted", "it is away"));
        var second = Make();
        Assert.IsType<RefreshResult.Failed>(await Refresh(second, RefreshTrigger.Demand)); // nothing can be proved now

        The.OnVerify = null;
        The.BeforeGrant = null;

        Assert.Equal(token, Token(await Get(second)));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.IsType<RefreshResult.Refreshed>(await Refresh(second, RefreshTrigger.Schedule));
        Assert.Equal(Token(Configured), Token(await Get(second)));
    }

    [Fact]
    public async Task A_file_of_another_program_is_taken_over_with_its_count()
    {
        var kept = NewSession();
        kept.TryGetFields(out var fields);
        Import = _ => new(new SessionRecord { Current = new SessionState { Fields = fields, RefreshedAt = Time.GetUtcNow() }, Refreshes = 41 });
        Configured = NewSession();
        var slack = Make();

        Assert.Equal(Token(kept), Token(await Get(slack)));
        await Refresh(slack);
        Assert.Equal(42, slack.Session!.Refreshes);
        Assert.Equal(Token(await Get(slack)), Token(await Get(Make())));
    }

    [Fact]
    public async Task A_dead_file_of_another_program_gives_way_to_the_configured_values()
    {
        Import = _ => new(new SessionRecord
        {
            Current = new SessionState { Fields = new Dictionary<string, Secret> { ["token"] = Plant("a-dead-token"), ["key"] = Plant("a-dead-key") } },
        });
        Configured = NewSession();

        Assert.Equal(Token(Configured), Token(await Get(Make())));
    }

    [Fact]
    public async Task A_session_that_ended_while_nobody_was_here_is_refreshed_at_once()
    {
        Configured = NewSession();
        The.End(Configured);

        var lease = await Get(Make());

        Assert.Equal(1, The.Refreshes);
        Assert.NotEqual(Token(Configured), Token(lease));
    }

    [Fact]
    public async Task Without_configured_values_the_stored_session_is_used()
    {
        Configured = NewSession();
        await Get(Make());
        var stored = Configured;
        Configured = null;

        Assert.Equal(Token(stored), Token(await Get(Make())));
    }

    [Fact]
    public async Task With_neither_values_nor_a_stored_session_the_missing_value_is_named()
    {
        var error = await Fails(Make());

        Assert.Contains("env://SESSION", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_keeps_a_session_from_being_spent_twice()
    {
        The = new ScriptedSessionAuthority(Time, isSingleUse: true);
        Configured = NewSession();
        Store.IsUnreadable = true;

        Assert.Equal("STORAGE_ERROR", (await Fails(Make())).Code);
        Assert.Equal(0, The.Refreshes);
    }

    [Fact]
    public async Task A_store_that_cannot_be_read_is_no_reason_to_refuse_what_uses_nothing_up()
    {
        Configured = NewSession();
        Store.IsUnreadable = true;

        Assert.Equal(Token(Configured), Token(await Get(Make())));
    }

    [Fact]
    public async Task What_cannot_be_refreshed_is_used_as_it_is_and_never_stored()
    {
        The.Fixed = SessionErrors.NotAvailable("Bot tokens do not expire.");
        Configured = NewSession();
        var bot = Make();

        Assert.Equal(Token(Configured), Token(await Get(bot)));
        Assert.IsType<RefreshResult.Unchanged>(await Refresh(bot));

        Assert.Equal("REFRESH_NOT_AVAILABLE", bot.Session!.NotRefreshable!.Code);
        Assert.Equal((0, 0), (The.Refreshes, Store.Writes));
    }

    [Fact]
    public async Task Neither_the_record_nor_a_state_prints_a_secret()
    {
        Configured = NewSession();
        await Get(Make());
        var record = (await Store.ReadAsync("slack", default))!;

        Observe($"{record} {record.Current} {string.Join(' ', record.Origins)}");
    }
}
