using Rekey.References;
using Rekey.Testing;

namespace Rekey.Tests.References;

public sealed class SecretReferenceTests : LeakCheckedTest
{
    [Theory]
    [InlineData("env://SLACK_BOT_TOKEN", "env", "SLACK_BOT_TOKEN", null)]
    [InlineData("env://ProgramFiles(x86)", "env", "ProgramFiles(x86)", null)]
    [InlineData("file:///run/secrets/db.json#password", "file", "/run/secrets/db.json", "password")]
    [InlineData("file://./secrets/Db", "file", "./secrets/Db", null)]
    [InlineData("file://../secrets", "file", "../secrets", null)]
    [InlineData("file:///C:/secrets/db.json", "file", "C:/secrets/db.json", null)]
    [InlineData("file:///a%20b/50%25#x%23y", "file", "/a b/50%", "x#y")]
    [InlineData("file:///a#b#c", "file", "/a#b", "c")]
    [InlineData("aws-sm://arn:aws:secretsmanager:eu-west-1:123456789012:secret:Prod/Orders-a1B2c3", "aws-sm", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:Prod/Orders-a1B2c3", null)]
    [InlineData("aws-ssm:///path/Name", "aws-ssm", "/path/Name", null)]
    [InlineData("azure-kv://My-Vault/Name", "azure-kv", "My-Vault/Name", null)]
    [InlineData("vault://kv/a://b", "vault", "kv/a://b", null)]
    [InlineData("vault://kv/gr%C3%BCn", "vault", "kv/grün", null)]
    [InlineData("credential://slack#token", "credential", "slack", "token")]
    public void A_reference_is_a_scheme_a_path_and_a_field(string text, string scheme, string path, string? field)
    {
        var reference = Parse(text);

        Assert.Equal((scheme, path, field), (reference.Scheme, reference.Path, reference.Field));
        Assert.Empty(reference.Options);
        Assert.Equal(text, reference.Text);
        Assert.Equal(text, reference.ToString());
    }

    [Fact]
    public void Options_stand_after_the_last_question_mark_and_before_the_field()
    {
        var reference = Parse("aws-sm://what?ever/orders?stage=AWSPENDING&region=eu-west-1&profile=a%26b#password");

        Assert.Equal("what?ever/orders", reference.Path);
        Assert.Equal("password", reference.Field);
        Assert.Equal("AWSPENDING", reference.Options["stage"]);
        Assert.Equal("eu-west-1", reference.Options["region"]);
        Assert.Equal("a&b", reference.Options["profile"]);
    }

    [Theory]
    [InlineData("orders", "no reference")]
    [InlineData("", "no reference")]
    [InlineData("vault:kv/orders", "no reference")]
    [InlineData("vualt://kv/orders", "'vault' is near")]
    [InlineData("ENV://NAME", "'env' is near")]
    [InlineData("https://example.org", "Its scheme is unknown (known are env, file")]
    [InlineData("://x", "Its scheme is unknown")]
    [InlineData("env://", "no name after 'env://'")]
    [InlineData("env://#field", "no name after 'env://'")]
    [InlineData("vault://?engine=kv2", "no name after 'vault://'")]
    [InlineData("env://A=B", "no '='")]
    [InlineData("file://secrets/db", "begins with '/'")]
    [InlineData("vault://kv/orders#", "field after '#' is empty")]
    [InlineData("vault://kv/50%", "The path has a '%'")]
    [InlineData("vault://kv/%zz", "The path has a '%'")]
    [InlineData("vault://kv/%C3", "The path has a '%'")]
    [InlineData("vault://kv/a#%f", "The field has a '%'")]
    [InlineData("vault://kv/a?engine=%", "The option 'engine' has a '%'")]
    [InlineData("file:///a%00b", "control character")]
    [InlineData("file:///a\nb", "control character")]
    [InlineData("vault://kv/a?region=eu", "An option is unknown ('vault' has engine, namespace)")]
    [InlineData("vault://kv/a?", "An option is unknown")]
    [InlineData("env://A?b=c", "'env' has no options")]
    [InlineData("vault://kv/a?engine=", "The option 'engine' has no value")]
    [InlineData("vault://kv/a?engine", "The option 'engine' has no value")]
    [InlineData("vault://kv/a?engine=kv1&engine=kv2", "The option 'engine' is given twice")]
    public void What_is_no_reference_is_told_in_a_sentence(string text, string expected)
    {
        Assert.False(SecretReference.TryParse(text, out var reference, out var problem));

        Assert.Null(reference);
        Assert.Contains(expected, problem);
        Assert.EndsWith(".", problem);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{0}://x")]
    [InlineData("postgres://app:{0}@db/orders")]
    [InlineData("vault://kv/a?{0}")]
    [InlineData("vault://kv/a?{0}=x")]
    [InlineData("file://{0}")]
    [InlineData("vault://{0}%")]
    [InlineData("vault://a#{0}%")]
    public void A_secret_written_in_place_of_a_reference_is_not_repeated(string format)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, Plant("hunter2-hunter2").Reveal());

        Assert.False(SecretReference.TryParse(text, out _, out var problem));

        Observe(problem);
    }

    [Fact]
    public void References_that_differ_only_in_their_field_share_one_place()
    {
        var user = Parse("vault://database/creds/readonly?engine=database&namespace=team#username");
        var password = Parse("vault://database/creds/readonly?namespace=team&engine=database#password");

        Assert.NotEqual(user, password);
        Assert.Equal(user.WithoutField(), password.WithoutField());
        Assert.Equal(user.WithoutField().GetHashCode(), password.WithoutField().GetHashCode());
        Assert.Equal("vault://database/creds/readonly?engine=database&namespace=team", user.WithoutField().Text);
        Assert.Null(user.WithoutField().Field);
        Assert.Same(user.WithoutField().Options, user.Options);
    }

    [Theory]
    [InlineData("vault://kv/a", "vault://kv/A")]
    [InlineData("vault://kv/a", "vault://kv/a?engine=kv1")]
    [InlineData("vault://kv/a?engine=kv1", "vault://kv/a?engine=kv2")]
    [InlineData("vault://kv/a?engine=kv1", "vault://kv/a?namespace=kv1")]
    [InlineData("aws-sm://a", "aws-ssm://a")]
    public void Another_place_is_another_reference(string one, string other) => Assert.NotEqual(Parse(one), Parse(other));

    [Fact]
    public void Spelling_makes_no_difference_to_what_is_meant() => Assert.Equal(Parse("vault://kv/a%2fb"), Parse("vault://kv/a/b"));

    [Theory]
    [InlineData("vualt://x", "vault")]
    [InlineData("valt://x", "vault")]
    [InlineData("vaultt://x", "vault")]
    [InlineData("aws_sm://x", "aws-sm")]
    [InlineData("azurekv://x", "azure-kv")]
    [InlineData("flie:///x", "file")]
    [InlineData("Env://x", "env")]
    [InlineData("credentials://x", "credential")]
    [InlineData("dev://x", null)]
    [InlineData("pipe://x", null)]
    [InlineData("http://x", null)]
    [InlineData("https://x", null)]
    [InlineData("redis://x", null)]
    [InlineData("postgres://x", null)]
    [InlineData("vualt", null)]
    [InlineData("://x", null)]
    public void The_nearest_scheme_is_found_for_a_slip_and_for_nothing_else(string text, string? expected) =>
        Assert.Equal(expected, SecretReference.NearestScheme(text));

    [Fact]
    public void Every_scheme_is_read_and_is_nearest_to_itself() =>
        Assert.All(SecretReference.Schemes, static scheme =>
        {
            Assert.Equal(scheme, SecretReference.NearestScheme($"{scheme}://x"));
            Assert.Equal(scheme, Parse($"{scheme}:///x").Scheme);
        });

    private static SecretReference Parse(string text)
    {
        Assert.True(SecretReference.TryParse(text, out var reference, out var problem), problem);
        return reference;
    }
}
