using Rekey.Aws.Profiles;
using Rekey.Testing;

namespace Rekey.Aws.Tests.Profiles;

/// <summary>A home directory with AWS files in it, gone afterwards.</summary>
internal sealed class ProfileFiles : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("rekey-aws-");

    public string Home => _home.FullName;

    public FakeEnvironment Environment { get; } = new();

    public AwsFiles Files => new(Environment, Home);

    public AwsConfiguration Read() => AwsConfiguration.Read(Files);

    public AwsConfiguration Read(string config, string? credentials = null)
    {
        Write("config", config);
        if (credentials is not null)
            Write("credentials", credentials);
        return Read();
    }

    public void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.Combine(Home, ".aws"));
        File.WriteAllText(Path.Combine(Home, ".aws", name), content);
    }

    public void Dispose() => _home.Delete(recursive: true);
}
