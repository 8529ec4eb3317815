// The groups of functions that the addon shows to JavaScript.
#pragma once

#include <napi.h>

namespace addon {

void export_facts(Napi::Env env, Napi::Object exports);
void export_data(Napi::Env env, Napi::Object exports);
void export_devices(Napi::Env env, Napi::Object exports);
void export_executor(Napi::Env env, Napi::Object exports);
void export_foreign_watch(Napi::Env env, Napi::Object exports);
void export_directory_watch(Napi::Env env, Napi::Object exports);
void export_stamps(Napi::Env env, Napi::Object exports);
void export_storm(Napi::Env env, Napi::Object exports);
void export_guest(Napi::Env env, Napi::Object exports);

}  // namespace addon
