using static Rekey.Tests.Redaction.Patterns.PatternTest;

namespace Rekey.Tests.Redaction.Patterns;

public sealed class InnocentTextTests
{
    [Theory]
    [InlineData("The password is stored hashed; ask for the password twice. password: required")]
    [InlineData("Forgot your password? Write to help@example.com: we answer within 2:30 h.")]
    [InlineData("ratio=3:4 user@host a=b c == d; x => y; pass=12 fail=0")]
    [InlineData("PWD=/home/app OLDPWD=/tmp pwd=~/x PWD=C:\\Users\\app")]
    [InlineData("reset_password=true has_password=false password=null password=None show_password=no")]
    [InlineData("""{"type":"object","properties":{"password":{"type":"string","minLength":8},"user":{"type":"string"}},"required":["password"]}""")]
    [InlineData("""{"password":"","uid":7,"url":"https://host:8443/a@b","next":"password="}""")]
    [InlineData("""<input type="password" name="password" placeholder="Password=">""")]
    [InlineData("var password = GetPassword();")]
    [InlineData("var password = config.Password;")]
    [InlineData("string password = Environment.GetEnvironmentVariable(\"DB\");")]
    [InlineData("password = os.environ[\"DB_PASSWORD\"]")]
    [InlineData("if (password == null || password != other) return;")]
    [InlineData("connect(host, user=user, password=password)")]
    [InlineData("this.password = password;")]
    [InlineData("self.password = getpass.getpass()")]
    [InlineData("password=getpass.getpass()")]
    [InlineData("let password = $password;")]
    [InlineData("users.Where(password => password.Length > 8)")]
    [InlineData("SELECT password FROM users WHERE password = @password OR password = $1 OR password = ?")]
    [InlineData("update users set password = hash where id = 7")]
    [InlineData("level=info ts=2026-03-01T12:00:00Z user=alice path=/api/v1/users?page=2&size=10 status=200 token_type=bearer")]
    [InlineData("SharedAccessKeyName=RootManage;Endpoint=sb://x.example/")]
    [InlineData("scope @types/node@20.1.0 and user:group@host:/path")]
    [InlineData("git@github.com:org/repo.git")]
    [InlineData("// note: see https://example.com:443/ and mail a:b@c.d")]
    [InlineData("key=value;other=value;third=value")]
    [InlineData("secret=1 token=2 key=3")]
    [InlineData("ünï://cödé 日本語=日本語 @ : / %2F%2F %3A 2F%2 \\/\\/ \\\\")]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("://")]
    [InlineData("@://:@=;password")]
    public void Innocent_text_stays_as_it_is(string text) => Assert.Equal(text, Hide(text));
}
