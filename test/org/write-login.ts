import { AuthInfo } from '@salesforce/core';

/** What `login.ts` passes on. */
type Login = {
  readonly url: string;
  readonly username: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly alias: string;
};

const login = JSON.parse(process.env.LOCAL_ORG_LOGIN ?? '{}') as Login;

const authInfo = await AuthInfo.create(
  login.refreshToken === undefined
    ? { accessTokenOptions: { accessToken: login.accessToken, instanceUrl: login.url, loginUrl: login.url } }
    : {
        username: login.username,
        oauth2Options: { clientId: 'PlatformCLI', loginUrl: login.url, refreshToken: login.refreshToken },
      },
);
await authInfo.save();
await authInfo.handleAliasAndDefaultSettings({
  alias: login.alias,
  setDefault: true,
  setDefaultDevHub: false,
  setTracksSource: false,
});
