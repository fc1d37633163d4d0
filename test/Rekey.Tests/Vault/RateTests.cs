using System.Text.Json.Nodes;
using Rekey.Testing.Vault;

namespace Rekey.Tests.Vault;

/// <summary>However little sense Vault's answers make, it is not asked more than so often. Hours pass in moments.</summary>
public sealed class RateTests : VaultTest
{
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(10);

    // Long lives would end the storm, and those that are no end at all: whoever holds one has nothing to ask.
    private static readonly string[] Short = ["1", "1", "1", "2", "5", "60", "\"10\"", "0.001"];
    private static readonly string[] Any = [.. Short, "0", "-1", "null"];

    [Theory]
    [InlineData(1, true)]
    [InlineData(7, true)]
    [InlineData(1, false)]
    [InlineData(23, false)]
    public async Task Whatever_Vault_answers_it_is_asked_a_few_times_a_second_at_most(int seed, bool hasEnds)
    {
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        AddRole(TimeSpan.FromHours(1), longest: TimeSpan.FromHours(2));
        Server.Leases.Add(new VaultStaticRole { Name = "app", UserName = "app", Period = TimeSpan.FromMinutes(5) });
        Server.KeyValues.Put("github", Fields("token", "the-first"));
        Server.ChangeAll = (_, body) => Confuse(body, hasEnds ? Short : Any, random);
        ManagedCredential[] all = [Token, Keep("database/creds/readonly"), Keep("database/static-creds/app", name: "app"), Keep("secret/github", name: "github")];

        var busiest = await RunAsync(all, random);

        var (calls, leases, logIns) = (Server.Calls.Count, Server.Leases.Issued, Server.Tokens.LogIns);
        TestContext.Current.SendDiagnosticMessage($"{calls} calls in {Watched}, {busiest} in the busiest second, {leases} leases, {logIns} logins");
        // About twice what was measured.
        Assert.InRange(busiest, 1, 40);
        Assert.InRange(calls, 1, 3600);
        Assert.InRange(leases, 1, 600);
        Assert.InRange(logIns, 1, 240);
    }

    [Fact]
    public async Task The_lease_of_a_token_that_is_about_to_end_is_not_asked_for_in_ever_shorter_steps()
    {
        Role = new VaultTokenRole { TimeToLive = TimeSpan.FromSeconds(4), MaxTimeToLive = TimeSpan.FromSeconds(4) };
        AddRole(TimeSpan.FromHours(1));
        ManagedCredential[] all = [Token, Keep("database/creds/readonly")];

        Assert.InRange(await RunAsync(all, new Random(1)), 1, 16);
    }

    /// <summary>Drives what is due, as the loop does, and says how many calls the busiest second saw.</summary>
    private async Task<int> RunAsync(ManagedCredential[] all, Random random)
    {
        foreach (var credential in all)
            _ = credential.RefreshAsync(RefreshTrigger.Demand);
        var end = Time.GetUtcNow() + Watched;
        var calls = new List<DateTimeOffset>();
        while (Time.GetUtcNow() < end)
        {
            await IdleAsync();
            while (calls.Count < Server.Calls.Count)
                calls.Add(Time.GetUtcNow());
            var next = all.Select(c => c.NextDue).OfType<Moment>().Select(due => Moment.Now(Time).Until(due, Time)).DefaultIfEmpty(TimeSpan.FromMinutes(1)).Min();
            // As the loop sleeps: never less than this.
            Time.Advance(next > TimeSpan.FromMilliseconds(10) ? next : TimeSpan.FromMilliseconds(10));
            if (random.Next(200) == 0)
                Server.Mode = Server.Mode is null ? VaultServer.Sealed : null;
            foreach (var credential in all)
                credential.RunDue();
        }
        Server.Mode = null;
        Server.ChangeAll = null;
        return calls.GroupBy(at => at.ToUnixTimeSeconds()).Max(static second => second.Count());
    }

    private static void Confuse(JsonObject body, string[] lives, Random random)
    {
        if (body["auth"] is JsonObject auth)
            Confuse(auth, "lease_duration", lives, random);
        if (body["lease_id"]?.GetValue<string>() is { Length: > 0 })
            Confuse(body, "lease_duration", lives, random);
        if (body["data"] is JsonObject data && data.ContainsKey("ttl"))
            Confuse(data, "ttl", lives, random);
        if (random.Next(3) == 0)
            body["renewable"] = random.Next(2) == 0;
    }

    private static void Confuse(JsonObject part, string name, string[] lives, Random random) => part[name] = JsonNode.Parse(lives[random.Next(lives.Length)]);
}
