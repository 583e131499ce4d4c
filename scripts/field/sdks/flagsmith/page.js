import flagsmith from "flagsmith";
export const keys = ["Kd81bVx2Lq0aRtN4sPuM", "9sYwE4uPz7Kd81bVx2Lq"];
export const start = ({ key, collector }) =>
  flagsmith.init({ environmentID: key, api: `${collector}/api/v1/`, cacheFlags: true, enableAnalytics: true });
export const event = () => flagsmith.hasFeature("dark");
export const identify = () => flagsmith.identify("visitor-17");
export const logout = () => flagsmith.logout();
